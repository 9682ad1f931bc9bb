/* SPDX-License-Identifier: MIT */
/* pyvern prefix: folders of versions. */
#include <config.h>

#include "base/path.h"
#include "cmd/command.h"
#include "core/choice.h"

/* The folder above the bin (or sbin) of the first Python in PATH. */
static int
add_system(const struct choice *choice, struct strvec *prefixes, struct err *err)
{
	static const char *const names[] = { "python", "python3", "python2" };
	char path[PATH_TEXT_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str dir;

		if (!selection_find_in_path(&choice->input, names[i], path))
			continue;
		dir = path_dir(path);
		for (const char *const *tail = (const char *const[]){ "/bin", "/sbin", NULL };
		     *tail; tail++) {
			if (str_ends(dir, str_from(*tail))) {
				dir.n -= str_from(*tail).n;
				break;
			}
		}
		strvec_add_str(prefixes, dir.n ? dir : STR_LIT("/"));
		return 0;
	}
	return err_set(err, ERR_FAILED, "system version not found in PATH");
}

static int
add(const struct choice *choice, struct str text, struct strvec *prefixes, struct err *err)
{
	char name[VERSION_NAME_MAX + 1];
	const char *why = NULL;

	switch (selection_resolve_text(&choice->input, text, name, &why)) {
	case ITEM_SYSTEM:
		return add_system(choice, prefixes, err);
	case ITEM_INSTALLED:
		strvec_take(prefixes, path_join(choice->layout->root, LAYOUT_VERSIONS, name, NULL));
		return 0;
	case ITEM_INVALID:
		return err_set(err, ERR_UNKNOWN_VERSION, "%.*s is no version: %s", STR_ARG(text),
			       why);
	case ITEM_MISSING:
	case ITEM_OPEN:
		break;
	}
	err_set(err, ERR_NOT_INSTALLED, "%.*s is not installed", STR_ARG(text));
	return err_detail(err, "to fix", "pyvern install %.*s", STR_ARG(text));
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_strvec struct strvec prefixes = { 0 };
	cleanup_free char *joined = NULL;

	(void)ret_status;
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	if (args->count == 0 && choice_check(&choice, err) < 0)
		return -1;
	for (size_t i = 0; i < args->count; i++)
		if (add(&choice, str_from(args->items[i]), &prefixes, err) < 0)
			return -1;
	for (size_t i = 0; args->count == 0 && i < choice.selection.count; i++)
		if (choice.selection.items[i].state != ITEM_INVALID &&
		    add(&choice, choice.selection.items[i].word.text, &prefixes, err) < 0)
			return -1;
	joined = strvec_join(&prefixes, ":");
	out_data(ctx->out, "%s\n", joined);
	return 0;
}

const struct command command_prefix = {
	.name = "prefix",
	.summary = "Print the folders of versions",
	.usage = "[VERSION...]",
	.help = "Without VERSION, those that are chosen here. Several are joined with `:`.",
	.run = run,
};
