/* SPDX-License-Identifier: MIT */
/* What the rules say of a version that is to be installed. */
#ifndef PYVERN_SUPPLY_INSTALL_RULES_H
#define PYVERN_SUPPLY_INSTALL_RULES_H

/*
 * core/rules reads the files; here they are held against versions: where each comes
 * from, whether its series has ended by today's date, what vouches for it. Opened once
 * for a choice (supply/install_choice), which passes over what is refused.
 */

#include "core/config.h"
#include "supply/artifact.h"
#include "supply/catalog_series.h"

struct install_rules {
	const struct rules *rules;	  /* borrowed from the settings */
	struct catalog_ends ends;	  /* none, where no rule asks for them */
	char today[sizeof("YYYY-MM-DD")]; /* in UTC */
};

/* The rules in force, and what else they need. ERR_RULE when they cannot be known, ERR_CHECK
 * when one is on ends of life, and these are not known. */
int
install_rules_open(const struct layout *layout, const struct config *config,
		   struct install_rules *ret, struct err *err) __attribute__((warn_unused_result));
void install_rules_reset(struct install_rules *rules);
#define cleanup_install_rules cleanup_with(install_rules_reset)

/* Where VERSION comes from, as an artifact of KIND. */
enum rules_source install_rules_source(enum artifact_kind kind, const struct version *version);

/* May anything come from SOURCE? ERR_RULE with what NAME is called in it. */
int
install_rules_check_source(const struct install_rules *rules, enum rules_source source,
			   struct str name, struct err *err) __attribute__((warn_unused_result));

/* May VERSION be installed from SOURCE? ERR_RULE with the rule, its file and line, and what
 * else would do. */
int install_rules_check(const struct install_rules *rules, enum rules_source source,
			const struct version *version, struct err *err)
	__attribute__((warn_unused_result));

/* What is worth a warning of VERSION, which may be installed; NULL: nothing. Owned by the
 * caller (free). */
char *install_rules_warning(const struct install_rules *rules, const struct version *version)
	__attribute__((warn_unused_result));

#endif
