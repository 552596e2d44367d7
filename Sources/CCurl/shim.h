#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take anything; Swift calls no variadic functions.

static inline CURLcode ingest_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ingest_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ingest_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ingest_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ingest_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/* Of CURLOPT_WRITEFUNCTION, CURLOPT_READFUNCTION and CURLOPT_HEADERFUNCTION. */
typedef size_t (*ingest_curl_data_function)(char *bytes, size_t size, size_t count, void *state);

static inline CURLcode ingest_curl_set_data(CURL *handle, CURLoption option, ingest_curl_data_function value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ingest_curl_set_seek(CURL *handle, int (*value)(void *state, curl_off_t offset, int origin)) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ingest_curl_set_debug(
    CURL *handle, int (*value)(CURL *handle, curl_infotype kind, char *bytes, size_t count, void *state)) {
    return curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}

static inline CURLcode ingest_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ingest_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ingest_curl_get_text(CURL *handle, CURLINFO info, const char **value) {
    return curl_easy_getinfo(handle, info, (char **)value);
}

static inline CURLcode ingest_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
