#include "build.h"

// Package.swift passes INGEST_BUILD to this file alone: a new commit compiles one line and links again.
#define TEXT(x) #x
#define AS_TEXT(x) TEXT(x)

const char *ingest_build(void) { return AS_TEXT(INGEST_BUILD); }
