// SQLWCHAR is 16 bits wide here, as in every driver that unixODBC loads.
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
