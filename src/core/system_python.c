/* SPDX-License-Identifier: MIT */
/* The system's Python, as what environments are made on. */
#include <config.h>

#include "core/system_python.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/adopt.h"
#include "core/choice.h"

void
system_python_reset(struct system_python *python)
{
	free(python->real);
	free(python->prefix);
	facts_reset(&python->facts);
	*python = (struct system_python){ 0 };
}

int
system_python_path(const struct layout *layout, const struct policy *policy, char *ret_path,
		   struct err *err)
{
	static const char *const names[] = { "python3", "python", "python2" };
	cleanup_choice struct choice choice = CHOICE_INIT;

	choice_make(layout, policy, NULL, &choice);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (selection_find_in_path(&choice.input, names[i], ret_path))
			return 0;
	return err_set(err, ERR_NOT_INSTALLED, "the system has no Python in PATH");
}

int
system_python_find(const struct store *store, const struct policy *policy,
		   struct system_python *ret, struct err *err)
{
	const struct adopt_how how = { .store = store, .timeout_s = ADOPT_TIMEOUT_S };
	cleanup_adoptee struct adoptee found = { 0 };
	char path[PATH_TEXT_MAX];

	if (system_python_path(store->layout, policy, path, err) < 0)
		return err_detail(err, "to fix", "pyvern venv -p VERSION");
	if (adopt_look(&how, path, &found, err) < 0)
		return err_wrap(err, "cannot use %s, the system's Python", path);
	if (found.refused) {
		err_set(err, ERR_PROTECTED, "%s, the system's Python, may be changed by others",
			path);
		err_detail(err, "because", "%s", found.refused);
		return err_detail(err, "to fix", "pyvern venv -p VERSION");
	}
	*ret = (struct system_python){ .real = steal_ptr(&found.interpreter),
				       .prefix = steal_ptr(&found.prefix),
				       .facts = found.facts };
	found.facts = (struct facts){ 0 };
	return 0;
}
