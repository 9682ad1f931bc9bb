/* SPDX-License-Identifier: MIT */
/* pyvern version-file, version-file-read, version-file-write: pin files for scripts. */
#include <config.h>

#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "cmd/pin.h"
#include "core/choice.h"

/* Status 1 without a word: scripts ask whether there is one. */
static int
show_file(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_free char *dir = NULL;
	cleanup_free char *global = NULL;
	struct selection_input in;
	struct selection s;

	if (args->count > 1)
		return err_set(err, ERR_USAGE, "version-file takes one folder");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	in = choice.input;
	if (args->count == 1) {
		dir = path_clean(ctx->layout->cwd ? ctx->layout->cwd : "/", args->items[0]);
		in.dir = dir;
		in.dir_too = NULL;
	}
	if (selection_find_pin(&in, &s) || selection_find_project(&in, &s)) {
		out_line(ctx->out, s.pin_path);
		return 0;
	}
	if (args->count == 1) {
		*ret_status = 1;
		return 0;
	}
	global = path_join(ctx->layout->root, LAYOUT_GLOBAL, NULL);
	out_line(ctx->out, global);
	return 0;
}

const struct command command_version_file = {
	.name = "version-file",
	.summary = "Print the path of the file that sets the version here",
	.usage = "[DIR]",
	.pyenv_usage = "[<dir>]",
	.operands = { { OPERAND_FOLDER } },
	.help = "Without DIR the global file when no folder has one; with DIR, the nearest from\n"
		"there upwards, or status 1.",
	.hidden = true,
	.run = show_file,
};

static int
read_file(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_strvec struct strvec words = { 0 };
	cleanup_free char *joined = NULL;
	struct pin pin;

	if (args->count != 1)
		return err_set(err, ERR_USAGE, "version-file-read takes one file");
	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	pinfile_read(AT_FDCWD, args->items[0],
		     pinfile_dialect(path_base(args->items[0]), ctx->policy->reads_all_pins), &pin);
	for (size_t i = 0; pin.status == PIN_READ && i < pin.count; i++)
		if (choice_word_ok(&choice.input, &pin, i, args->items[0], out_events(ctx->out)))
			strvec_add_str(&words, pin.words[i].text);
	if (words.count == 0) {
		*ret_status = 1;
		return 0;
	}
	joined = strvec_join(&words, ":");
	out_line(ctx->out, joined);
	return 0;
}

const struct command command_version_file_read = {
	.name = "version-file-read",
	.summary = "Print the versions that a pin file asks for, joined with `:`",
	.pyenv_usage = "<file>",
	.usage = "FILE",
	.operands = { { OPERAND_FILE } },
	.hidden = true,
	.run = read_file,
};

static int
write_file(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	struct strvec versions = { 0 };
	cleanup_strvec struct strvec words = { 0 };
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_free char *path = NULL;
	cleanup_free char *parent = NULL;
	struct str above;

	(void)ret_status;
	if (args->count < 2)
		return err_set(err, ERR_USAGE, "version-file-write needs a file and versions");
	if (!ctx->layout->working && args->items[0][0] != '/')
		return err_set(err, ERR_FAILED, "the working folder is gone");
	versions.items = args->items + 1; /* borrowed: never reset */
	versions.count = args->count - 1;
	path = path_clean(ctx->layout->working ? ctx->layout->working : "/", args->items[0]);
	above = path_dir(path);
	parent = mem_strndup(above.p, above.n);
	if (pin_check(ctx, "version-file-write", &versions,
		      options_has(ctx->options, "force") ? PIN_FORCE : 0, &words, err) < 0 ||
	    fs_open_dir(parent, &dir, err) < 0)
		return -1;
	return pinfile_write(&dir, path_base(path).p, words.items, words.count, err);
}

static const struct option_spec write_options[] = {
	{ .name = "force", .letter = 'f', .help = "also versions that are not installed" },
	{ 0 },
};

const struct command command_version_file_write = {
	.name = "version-file-write",
	.summary = "Write versions to a pin file",
	.pyenv_usage = "[-f|--force] <file> <version> [...]",
	.usage = "FILE VERSION...",
	.operands = { { OPERAND_FILE } },
	.rest = { OPERAND_INSTALLED, "system" },
	.options = write_options,
	.hidden = true,
	.run = write_file,
};
