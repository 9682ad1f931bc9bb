/* SPDX-License-Identifier: MIT */
/* What the rules say of a version that is to be installed. */
#include <config.h>

#include "supply/install_rules.h"

#include <string.h>
#include <time.h>

int
install_rules_open(const struct layout *layout, const struct config *config,
		   struct install_rules *ret, struct err *err)
{
	time_t now = time(NULL);
	struct rules_line line;
	struct tm tm;

	*ret = (struct install_rules){ 0 };
	if (config_rules(config, &ret->rules, err) < 0)
		return -1;
	if (!gmtime_r(&now, &tm) || strftime(ret->today, sizeof(ret->today), "%Y-%m-%d", &tm) == 0)
		return err_set(err, ERR_CHECK, "the clock tells no date");
	if (rules_end_of_life(ret->rules, &line) == RULES_END_ALLOW)
		return 0;
	return catalog_ends_read(layout, &ret->ends, err) < 0
		       ? err_wrap(err, "%s:%u asks for it", line.path, line.number)
		       : 0;
}

void
install_rules_reset(struct install_rules *rules)
{
	catalog_ends_reset(&rules->ends);
	rules->rules = NULL;
}

enum rules_source
install_rules_source(enum artifact_kind kind, const struct version *version)
{
	struct str maker = version_implementation(version);
	bool is_cpython = str_eq_text(maker, "cpython");

	if (kind == ARTIFACT_INSTALLER)
		return RULES_CONDA;
	if (kind == ARTIFACT_SOURCE)
		return is_cpython ? RULES_CPYTHON_SOURCE : RULES_OTHER;
	if (is_cpython)
		return RULES_STANDALONE;
	if (str_eq_text(maker, "pypy"))
		return RULES_PYPY;
	if (str_eq_text(maker, "graalpy") || str_eq_text(maker, "graalpython"))
		return RULES_GRAALPY;
	return RULES_OTHER;
}

int
install_rules_check_source(const struct install_rules *rules, enum rules_source source,
			   struct str name, struct err *err)
{
	struct rules_line line;

	if (rules_level(rules->rules, source, &line) != RULES_REFUSE)
		return 0;
	if (source == RULES_OTHER)
		(void)err_set(err, ERR_RULE,
			      "%.*s is refused by %s:%u, as all that it does not name",
			      STR_ARG(name), line.path, line.number);
	else
		(void)err_set(err, ERR_RULE, "%.*s from `%s` is refused by %s:%u", STR_ARG(name),
			      rules_source_word(source), line.path, line.number);
	return err_detail(err, "to fix", "another source of it, or another rule there");
}

static int
check_minimum(const struct install_rules *rules, const struct version *v, struct err *err)
{
	struct rules_line line;
	const char *minimum = rules_minimum(rules->rules, v, &line);

	if (!minimum)
		return 0;
	(void)err_set(err, ERR_RULE, "%.*s is refused by %s:%u: the minimum is %s",
		      STR_ARG(v->name), line.path, line.number, minimum);
	return err_detail(err, "to fix", "%s or newer", minimum);
}

/* Since when nobody mends the series of V ("" for long ago); NULL: somebody does. */
static const char *
ended(const struct install_rules *rules, const struct version *v)
{
	const char *end = catalog_ends_find(&rules->ends, v);

	return end && strcmp(end, rules->today) < 0 ? end : NULL;
}

/* Owned by the caller (free). */
static char *
say_ended(const struct install_rules *rules, const struct version *v, const char *end)
{
	return mem_printf("Python %u.%u reached its end of life%s%s (today is %s)", v->language[0],
			  v->language[1], *end ? " on " : " long ago", end, rules->today);
}

static int
check_end(const struct install_rules *rules, const struct version *v, struct err *err)
{
	struct rules_line line;
	const char *end = ended(rules, v);
	cleanup_free char *text = NULL;

	if (rules_end_of_life(rules->rules, &line) != RULES_END_REFUSE || !end)
		return 0;
	text = say_ended(rules, v, end);
	(void)err_set(err, ERR_RULE, "%.*s is refused by %s:%u: %s", STR_ARG(v->name), line.path,
		      line.number, text);
	return err_detail(err, "to fix", "a series that is mended: pyvern list");
}

int
install_rules_check(const struct install_rules *rules, enum rules_source source,
		    const struct version *v, struct err *err)
{
	return install_rules_check_source(rules, source, v->name, err) < 0 ||
			       check_minimum(rules, v, err) < 0 || check_end(rules, v, err) < 0
		       ? -1
		       : 0;
}

char *
install_rules_warning(const struct install_rules *rules, const struct version *v)
{
	struct rules_line line;
	const char *end = ended(rules, v);
	cleanup_free char *text = NULL;

	if (rules_end_of_life(rules->rules, &line) != RULES_END_WARN || !end)
		return NULL;
	text = say_ended(rules, v, end);
	return mem_printf("%s; %s:%u has it told", text, line.path, line.number);
}
