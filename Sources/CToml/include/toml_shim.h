// A C face for toml++: the document as a flat walk of events, so that no C++ type crosses into Swift.
#pragma once
