#pragma once
#include <malloc.h>

static inline int ingest_malloc_arena_max(int count) { return mallopt(M_ARENA_MAX, count); }
static inline int ingest_malloc_mmap_threshold(int bytes) { return mallopt(M_MMAP_THRESHOLD, bytes); }
static inline int ingest_malloc_trim_threshold(int bytes) { return mallopt(M_TRIM_THRESHOLD, bytes); }
static inline int ingest_malloc_top_pad(int bytes) { return mallopt(M_TOP_PAD, bytes); }
