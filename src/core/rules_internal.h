/* SPDX-License-Identifier: MIT */
/* What the files of core/rules share; nobody else includes it. */
#ifndef PYVERN_CORE_RULES_INTERNAL_H
#define PYVERN_CORE_RULES_INTERNAL_H

#include "core/rules.h"

struct rules_required {
	enum rules_level level;
	unsigned line; /* 0: the file does not say */
};

/* A minimum, or a host. */
struct rules_word {
	char *text;
	unsigned line;
};

struct rules_words {
	struct rules_word *items;
	size_t count;
};

struct rules_file {
	char *path;
	struct rules_required required[RULES_SOURCES]; /* of RULES_OTHER: "*" */
	enum rules_end end;
	unsigned end_line; /* 0: it does not say */
	struct rules_words minimums;
	struct rules_words hosts; /* lower-case */
};

struct rules {
	struct rules_file files[RULES_FILES_MAX];
	size_t count;
};

#endif
