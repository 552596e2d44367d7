// A scripted ODBC driver, for tests only: a text file says what it claims to be, how it describes columns, what values
// it has and how it misbehaves. It is loaded by unixODBC like any other driver, as
//
//     Driver=/path/to/libScriptedDriver.so;Script=/path/to/script;Journal=/path/to/journal;UID=u;PWD=p
//
// Journal (optional) is a file that grows by a line per event, so that a test can look afterwards:
//
//     connect STRING          sql TEXT [<- VALUE, VALUE…]  cancel              open connection    open statement
//     violation SENTENCE      attribute NAME ID VALUE      transaction commit  close connection   close statement
//
// A `violation` is something that an application may not do, whether this driver minds or not.
//
// Nothing here is called by name: the library is linked to nothing, so that its SQL… functions and those of the driver
// manager are never mixed up.
#pragma once
