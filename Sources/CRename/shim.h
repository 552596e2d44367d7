#pragma once
// renameat2 is declared under _GNU_SOURCE only, which Swift's view of glibc does not define.
#include <sys/syscall.h>
#include <unistd.h>

// renameat2(2): "RENAME_NOREPLACE: Don't overwrite newpath of the rename. Return an error if newpath already exists."
static inline int ingest_rename_noreplace(int folder, const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, folder, from, folder, to, 1U);
}
