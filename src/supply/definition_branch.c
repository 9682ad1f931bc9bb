/* SPDX-License-Identifier: MIT */
/* Branches of CPython: a definition that no file has to say. */
#include <config.h>

#include <string.h>

#include "core/version.h"
#include "supply/definition_internal.h"

/* Where CPython's branches are (devguide, "Development cycle"). A mirror of one's own is
 * git's to find: its setting url.<base>.insteadOf. */
#define REPOSITORY "https://github.com/python/cpython"
/* Where the series is worked on that has no branch yet. */
#define NEWEST "main"

bool
definition_is_branch(const char *name)
{
	struct version v;

	return version_parse(str_from(name), &v) && str_eq_text(v.family, "cpython") &&
	       v.stage == VERSION_DEV && v.language_parts == 2 && !v.debug && v.env.n == 0 &&
	       str_ends(str_from(name), STR_LIT("-dev"));
}

int
definition_branch(const char *name, struct definition *ret_definition, struct err *err)
{
	cleanup_definition struct definition definition = DEFINITION_INIT;
	struct definition_call call = { 0 };
	struct definition_package *package;
	struct version v;
	int result;

	if (!version_parse(str_from(name), &v))
		return err_set(err, ERR_USAGE, "%s can be no name of a version", name);
	definition.name = mem_strdup(name);
	strvec_add(&call.words, "git");
	strvec_printf(&call.words, "Python-%s", name);
	strvec_add(&call.words, REPOSITORY);
	strvec_printf(&call.words, "%u.%u", v.language[0], v.language[1]);
	strvec_printf(&call.words, "standard verify_py%u%u", v.language[0], v.language[1]);
	result = definition_add(&definition, &call, err);
	strvec_reset(&call.words);
	if (result < 0)
		return -1;
	package = &definition.packages[0];
	package->ref_else = mem_strdup(NEWEST);
	env_copy(&package->vars);
	if (definition_settle(&definition, err) < 0)
		return -1;
	*ret_definition = definition;
	definition = (struct definition)DEFINITION_INIT;
	return 0;
}
