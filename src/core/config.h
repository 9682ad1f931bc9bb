/* SPDX-License-Identifier: MIT */
/* Settings: /etc/pyvern/config, the user's, the root's, and the environment. */
#ifndef PYVERN_CORE_CONFIG_H
#define PYVERN_CORE_CONFIG_H

/*
 * `key = value` lines; `#` begins a comment line; unknown keys and values that
 * are not of their key's kind are warned about and passed over, never fatal. Later
 * files win; the environment variable of a key (PYVERN_ and the key in upper case,
 * else PYENV_…) wins over all.
 * A project's files are never read as configuration. `face` alone is a property
 * of the root: it is read from the root's file of that name and nowhere else.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/event.h"
#include "core/layout.h"
#include "core/rules.h"

enum config_kind {
	CONFIG_TEXT,
	CONFIG_SWITCH, /* 1, yes, true, on; 0, no, false, off */
	CONFIG_NUMBER, /* 1 to CONFIG_NUMBER_MAX */
};

/* A number here counts processes; more is a slip of the fingers. */
#define CONFIG_NUMBER_MAX 1024

struct config_key {
	const char *name;     /* "mirror" */
	const char *fallback; /* value when nothing sets it; NULL: none */
	const char *help;     /* one line, for the reference */
	enum config_kind kind;
};

/* All keys, in order; ends with a zeroed row. */
extern const struct config_key config_keys[];

struct config;

/* Read all files; problems in them are warnings with file and line, and no failure.
 * Owned by the caller (config_free). */
struct config *config_load(const struct layout *layout, const struct events *events)
	__attribute__((warn_unused_result));
void config_free(struct config *config);

/* Value of KEY (which must be in the table), or NULL. *RET_ORIGIN (may be
 * NULL): the variable's name or the file that set it, NULL for the fallback.
 * Borrowed. */
const char *config_get(const struct config *config, const char *key, const char **ret_origin);

/* The rules of the machine and the user (core/rules), which are read along with the
 * settings. ERR_RULE when they cannot be known: nothing may be installed then. *RET is
 * borrowed. */
int config_rules(const struct config *config, const struct rules **ret, struct err *err)
	__attribute__((warn_unused_result));

/* Is the CONFIG_SWITCH called KEY on? */
bool config_is_on(const struct config *config, const char *key);

/* Set KEY in the root's config file (`face` in its own file), keeping other
 * lines and comments as they are, and its mode; one that may hold a password makes
 * it private. VALUE NULL removes it. ERR_USAGE for an
 * unknown key, a value that is not of the key's kind, or control characters. */
int config_set(const struct layout *layout, const char *key, const char *value, struct err *err)
	__attribute__((warn_unused_result));

#endif
