// The functions carry the width of a code unit in their names: pcre2_compile_8.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
