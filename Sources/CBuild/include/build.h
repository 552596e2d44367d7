#pragma once
// The commit that this was built from: short, with "-dirty" where files had been changed, or "source".
const char *ingest_build(void);
