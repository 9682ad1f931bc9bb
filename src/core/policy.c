/* SPDX-License-Identifier: MIT */
/* The two faces: pyenv's rules to the letter, or pyvern's own. */
#include <config.h>

#include "core/policy.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/layout.h"

/* Longest content of the face file that is looked at; a face is one word, or two. */
#define FACE_MAX 32

static const struct policy policies[] = {
	{
		.name = "pyvern",
		.keeps_aliases = true,
		.suffix_runs_installed = true,
		.first_is_global = true,
		.reads_all_pins = true,
		.enters_venvs = true,
		.knows_ranges = true,
		.hooks_prompt = true,
		.prefers_prebuilt = true,
	},
	{
		.name = "pyenv",
		.missing_falls_to_system = true,
		.exports_version = true,
		.unusable_pin_is_system = true,
		.sorts_as_text = true,
		.odd_words_are_missing = true,
		.lists_linked_envs = true,
		.speaks_pyenv = true,
	},
};

/* NAME without the word behind it that says that there are hooks. */
static bool
cut_hooks(struct str *name)
{
	*name = str_trim(*name);
	if (!str_ends(*name, STR_LIT(" " POLICY_HOOKS)))
		return false;
	name->n -= strlen(" " POLICY_HOOKS);
	return true;
}

const struct policy *
policy_named(struct str name)
{
	(void)cut_hooks(&name);
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++)
		if (str_eq_text(name, policies[i].name))
			return &policies[i];
	return &policies[0];
}

const struct policy *
policy_of_root(int root_fd)
{
	bool ignored;

	return policy_of_root_and_hooks(root_fd, &ignored);
}

const struct policy *
policy_of_root_and_hooks(int root_fd, bool *ret_hooks)
{
	char text[FACE_MAX];
	struct str face = { text, 0 };
	ssize_t n = -1;
	int fd = openat(root_fd, LAYOUT_FACE, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		close(fd);
	}
	/* cppcheck-suppress legacyUninitvar ; its address: the length says what is set */
	face.n = n > 0 ? (size_t)n : 0;
	*ret_hooks = cut_hooks(&face);
	return policy_named(face);
}
