#include "toml_shim.h"

// Values within values (arrays, inline tables). Each costs stack, also when the tree is taken down.
#define TOML_MAX_NESTED_VALUES 24
#define TOML_ENABLE_FORMATTERS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

namespace {

// toml++ bounds nested values, but not the parts of a dotted key: `a.a.a…` a million times over becomes a tree whose
// destructor overflows the stack. So dots are counted before.
constexpr unsigned max_key_parts = 24;

void fail(ingest_toml_error *error, std::string_view message, uint32_t line, uint32_t column) {
    const size_t count = std::min(message.size(), sizeof error->message - 1);
    std::memcpy(error->message, message.data(), count);
    error->message[count] = '\0';
    error->line = line;
    error->column = column;
}

// Follows strings and comments as TOML does, so that only dots of keys (and of numbers) are counted. In a document that
// is not valid it may differ from the parser behind the first mistake, which the parser does not pass.
bool keys_are_shallow(std::string_view text, ingest_toml_error *error) {
    enum { plain, comment, basic, literal, long_basic, long_literal } state = plain;
    unsigned dots = 0;
    uint32_t line = 1;
    size_t line_start = 0;
    auto triple = [&](size_t at, char quote) {
        return at + 2 < text.size() && text[at] == quote && text[at + 1] == quote && text[at + 2] == quote;
    };
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            ++line;
            line_start = i + 1;
            if (state != long_basic && state != long_literal) {
                state = plain;
                dots = 0;
            }
            continue;
        }
        switch (state) {
        case comment: break;
        case basic:
            if (c == '\\') ++i;
            else if (c == '"') state = plain;
            break;
        case literal:
            if (c == '\'') state = plain;
            break;
        case long_basic:
            // The newline behind a backslash is counted by the loop.
            if (c == '\\' && i + 1 < text.size() && text[i + 1] != '\n') ++i;
            else if (triple(i, '"')) {
                i += 2;
                // Up to two more quotes belong to the text.
                while (i + 1 < text.size() && text[i + 1] == '"') ++i;
                state = plain;
            }
            break;
        case long_literal:
            if (triple(i, '\'')) {
                i += 2;
                while (i + 1 < text.size() && text[i + 1] == '\'') ++i;
                state = plain;
            }
            break;
        case plain:
            switch (c) {
            case '#': state = comment; break;
            case '"':
                state = triple(i, '"') ? long_basic : basic;
                if (state == long_basic) i += 2;
                break;
            case '\'':
                state = triple(i, '\'') ? long_literal : literal;
                if (state == long_literal) i += 2;
                break;
            case '=': case ',': case '{': case '}': case '[': case ']': dots = 0; break;
            case '.':
                if (++dots >= max_key_parts) {
                    fail(error, "a key has more than 24 parts", line, static_cast<uint32_t>(i - line_start + 1));
                    return false;
                }
                break;
            default: break;
            }
            break;
        }
    }
    return true;
}

size_t write_date(char *out, size_t room, const toml::date &date) {
    return static_cast<size_t>(std::snprintf(out, room, "%04u-%02u-%02u", unsigned(date.year), unsigned(date.month),
                                             unsigned(date.day)));
}

size_t write_time(char *out, size_t room, const toml::time &time) {
    size_t count = static_cast<size_t>(
        std::snprintf(out, room, "%02u:%02u:%02u", unsigned(time.hour), unsigned(time.minute), unsigned(time.second)));
    if (time.nanosecond != 0) {
        count += static_cast<size_t>(std::snprintf(out + count, room - count, ".%09u", unsigned(time.nanosecond)));
        while (out[count - 1] == '0') --count;
    }
    return count;
}

size_t write_date_time(char *out, size_t room, const toml::date_time &moment) {
    size_t count = write_date(out, room, moment.date);
    out[count++] = 'T';
    count += write_time(out + count, room - count, moment.time);
    if (moment.offset) {
        const int minutes = moment.offset->minutes;
        const unsigned size = static_cast<unsigned>(minutes < 0 ? -minutes : minutes);
        if (minutes == 0) out[count++] = 'Z';
        else
            count += static_cast<size_t>(std::snprintf(out + count, room - count, "%c%02u:%02u",
                                                       minutes < 0 ? '-' : '+', size / 60, size % 60));
    }
    return count;
}

struct Walk {
    ingest_toml_visitor visit;
    void *context;

    void node(const toml::node &value, const toml::key *key) const {
        char scratch[64];
        ingest_toml_event event{};
        const toml::source_region &place = key ? key->source() : value.source();
        event.line = place.begin.line;
        event.column = place.begin.column;
        if (key) {
            event.key = key->data();
            event.key_length = key->length();
        }
        auto text = [&](int32_t kind, const char *start, size_t count) {
            event.kind = kind;
            event.text = start;
            event.text_length = count;
            visit(context, &event);
        };
        switch (value.type()) {
        case toml::node_type::table:
            event.kind = INGEST_TOML_TABLE;
            visit(context, &event);
            for (auto &&[name, child] : *value.as_table()) node(child, &name);
            end();
            break;
        case toml::node_type::array:
            event.kind = INGEST_TOML_ARRAY;
            visit(context, &event);
            for (auto &&child : *value.as_array()) node(child, nullptr);
            end();
            break;
        case toml::node_type::string: {
            const std::string &string = value.as_string()->get();
            text(INGEST_TOML_STRING, string.data(), string.size());
            break;
        }
        case toml::node_type::integer:
            event.kind = INGEST_TOML_INTEGER;
            event.integer = value.as_integer()->get();
            visit(context, &event);
            break;
        case toml::node_type::floating_point:
            event.kind = INGEST_TOML_FLOAT;
            event.real = value.as_floating_point()->get();
            visit(context, &event);
            break;
        case toml::node_type::boolean:
            event.kind = INGEST_TOML_BOOLEAN;
            event.integer = value.as_boolean()->get() ? 1 : 0;
            visit(context, &event);
            break;
        case toml::node_type::date:
            text(INGEST_TOML_DATE, scratch, write_date(scratch, sizeof scratch, value.as_date()->get()));
            break;
        case toml::node_type::time:
            text(INGEST_TOML_TIME, scratch, write_time(scratch, sizeof scratch, value.as_time()->get()));
            break;
        case toml::node_type::date_time:
            text(INGEST_TOML_DATE_TIME, scratch,
                 write_date_time(scratch, sizeof scratch, value.as_date_time()->get()));
            break;
        case toml::node_type::none: break;
        }
    }

    void end() const {
        ingest_toml_event event{};
        event.kind = INGEST_TOML_END;
        visit(context, &event);
    }
};

}  // namespace

int ingest_toml_parse(const char *bytes, size_t length, ingest_toml_visitor visit, void *context,
                      ingest_toml_error *error) {
    const std::string_view text{bytes ? bytes : "", bytes ? length : 0};
    if (!keys_are_shallow(text, error)) return 1;
    try {
        const toml::parse_result result = toml::parse(text);
        if (!result) {
            const toml::parse_error &said = result.error();
            fail(error, said.description(), said.source().begin.line, said.source().begin.column);
            return 1;
        }
        Walk{visit, context}.node(result.table(), nullptr);
        return 0;
    } catch (...) {
        fail(error, "out of memory", 0, 0);
        return 1;
    }
}
