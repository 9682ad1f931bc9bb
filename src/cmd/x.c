/* SPDX-License-Identifier: MIT */
/* pyvern x: a program inside an environment that is gone afterwards. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/environment.h"
#include "cmd/inside.h"
#include "os/sig.h"

/* A folder of our own, for the environment. */
struct place {
	char *path;
	const struct events *events;
};

static void
place_reset(struct place *place)
{
	cleanup_err struct err failed = { 0 };
	cleanup_dirfd struct dir above = DIR_INIT;
	cleanup_free char *folder = NULL;

	if (!place->path)
		return;
	folder = mem_strndup(path_dir(place->path).p, path_dir(place->path).n);
	if (fs_open_dir(folder, &above, &failed) < 0 ||
	    fs_remove_tree(&above, path_base(place->path).p, &failed) < 0)
		event_warning(place->events, NULL, "%s", failed.message);
	free(place->path);
}

static int
place_make(struct place *ret, struct err *err)
{
	const char *above = getenv("TMPDIR");
	cleanup_free char *path =
		path_join(above && above[0] == '/' ? above : "/tmp", "pyvern-x-XXXXXX", NULL);

	if (!mkdtemp(path))
		return err_sys(err, "cannot make the folder %s", path);
	ret->path = steal_ptr(&path);
	return 0;
}

static int
run_inside(const char *env_path, const struct strvec *args, int *ret_status, struct err *err)
{
	cleanup_env struct env env = { 0 };
	cleanup_free char *program = NULL;
	struct proc_spec spec = PROC_SPEC_INIT;

	inside_env(env_path, &env);
	if (inside_find(env_path, &env, args->items[0], &program, err) < 0)
		return -1;
	spec.argv = args->items;
	spec.env = &env;
	spec.stdin_fd = STDIN_FILENO;
	return proc_run_foreground(&spec, ret_status, err);
}

/* Have pip install what LIST names, "black,tox>=4". */
static int
bring(const struct context *ctx, const char *env_path, const char *list, struct err *err)
{
	const struct environment_packages packages = { .path = env_path, .quiet = true };
	cleanup_strvec struct strvec words = { 0 };
	struct str rest = str_from(list);
	struct str word;

	strvec_add(&words, "--");
	while (str_split(&rest, ',', &word))
		if (word.n)
			strvec_add_str(&words, word);
	return environment_bring(ctx, &packages, words.items, err);
}

static int
run_in_new(const struct context *ctx, const struct store *store, const char *version,
	   const struct strvec *args, int *ret_status, struct err *err)
{
	const char *with = options_text(ctx->options, "with");
	cleanup_with(place_reset) struct place place = { .events = out_events(ctx->out) };
	cleanup_free char *path = NULL;

	if (place_make(&place, err) < 0)
		return -1;
	path = path_join(place.path, "env", NULL);
	if (environment_make_here(ctx, store, version, path, ret_status, err) < 0)
		return -1;
	if (*ret_status != 0)
		return 0;
	if (with && bring(ctx, path, with, err) < 0)
		return -1;
	return run_inside(path, args, ret_status, err);
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *words = &ctx->options->args;
	size_t first = words->count > 1 && strcmp(words->items[1], "--") == 0 ? 2 : 1;
	cleanup_store struct store store = STORE_INIT;
	cleanup_strvec struct strvec args = { 0 };
	cleanup_free char *version = NULL;

	if (words->count <= first) {
		(void)err_set(err, ERR_USAGE, "x needs a version and a command");
		return err_detail(err, "to fix", "pyvern x 3.13 -- python -V");
	}
	for (size_t i = first; i < words->count; i++)
		strvec_add(&args, words->items[i]);
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0 ||
	    environment_version(ctx, &store, words->items[0], NULL, &version, ret_status, err) < 0)
		return -1;
	return version ? run_in_new(ctx, &store, version, &args, ret_status, err) : 0;
}

static const struct option_spec options[] = {
	{ .name = "with",
	  .kind = OPTION_TEXT,
	  .value = "PACKAGE,...",
	  .help = "install these with pip first" },
	OPTION_INSTALL,
	{ 0 },
};

const struct command command_x = {
	.name = "x",
	.summary = "Run a program in an environment that is gone afterwards",
	.usage = "VERSION [--] COMMAND [ARG...]",
	.operands = { { OPERAND_INSTALLED }, { OPERAND_EXECUTABLE } },
	.rest = { OPERAND_FILE },
	.stop_at_operand = true,
	.options = options,
	.help = "The environment is a new one on VERSION, with pip, in TMPDIR, and known to "
		"nobody.\n"
		"COMMAND runs inside it, as with `pyvern run`; its status is what x ends with.",
	.run = run,
};
