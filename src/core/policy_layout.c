/* SPDX-License-Identifier: MIT */
/* The face of a layout's root, for programs that have a layout: the shim has none. */
#include <config.h>

#include "core/policy.h"

#include <unistd.h>

const struct policy *
policy_of_layout(const struct layout *layout)
{
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_err struct err err = { 0 };

	if (layout_open_root(layout, &root, &err) < 0)
		return policy_of_open_root(layout, -1);
	return policy_of_open_root(layout, root.fd);
}

const struct policy *
policy_of_open_root(const struct layout *layout, int root_fd)
{
	if (root_fd >= 0 && faccessat(root_fd, LAYOUT_FACE, F_OK, 0) == 0)
		return policy_of_root(root_fd);
	return policy_named(layout->as_pyenv ? STR_LIT(LAYOUT_PYENV) : STR_LIT(""));
}

int
policy_write(const struct dir *root, const struct policy *policy, bool hooks, struct err *err)
{
	cleanup_free char *text = mem_printf("%s%s\n", policy->name, hooks ? " " POLICY_HOOKS : "");

	return fs_write_file(root, LAYOUT_FACE, str_from(text), 0644, err);
}
