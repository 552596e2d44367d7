// Types of Microsoft's msodbcsql.h that unixODBC does not know, decimals, and the forms of values in text and bytes.
#pragma once
#include "handles.h"

#pragma GCC visibility push(hidden)

enum { type_variant = -150, type_udt = -151, type_xml = -152, type_time2 = -154, type_timestampoffset = -155 };
enum { c_type_time2 = 0x4000, c_type_timestampoffset = 0x4001 };

typedef struct {
    SQLUSMALLINT hour, minute, second;
    SQLUINTEGER fraction;
} time2_struct;

typedef struct {
    SQLSMALLINT year;
    SQLUSMALLINT month, day, hour, minute, second;
    SQLUINTEGER fraction;
    SQLSMALLINT zone_hour, zone_minute;
} timestampoffset_struct;

time2_struct time2_of(const value *v);
timestampoffset_struct timestampoffset_of(const value *v);
/// The mixed order of SQLGUID.
void guid_bytes(const value *v, uint8_t out[16]);

typedef struct {
    bool negative;
    unsigned __int128 magnitude;
    int scale;
} decimal;

bool decimal_parse(const char *text, decimal *out);
/// True where digits were lost.
bool decimal_rescale(decimal *of, int scale);
int decimal_digits(const decimal *of);

/// Allocated; null where the value has no such form.
char *binary_form(const converting *c, size_t *count);
char *text_form(statement *of, const converting *c, bool wide, size_t *count);

#pragma GCC visibility pop
