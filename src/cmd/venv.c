/* SPDX-License-Identifier: MIT */
/* pyvern venv: make a virtual environment. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"
#include "cmd/environment.h"
#include "cmd/venv_upgrade.h"
#include "core/choice.h"
#include "os/sig.h"
#include "venv/look.h"
#include "venv/seed_list.h"

/* The first version that is asked for here, and what asks for it. Owned by the caller.
 * ERR_NOT_INSTALLED when nothing does. */
static int
chosen_here(const struct context *ctx, char **ret_request, char **ret_asked_by, struct err *err)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	const struct selection *s = &choice.selection;
	cleanup_err struct err missing = { 0 };
	size_t i = 0;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	/* What is missing may be installed. */
	if (choice_check(&choice, &missing) < 0 && s->unusable) {
		*err = missing;
		missing = (struct err){ 0 };
		return -1;
	}
	choice_warn(&choice, out_events(ctx->out));
	choice_warn_of_pin(&choice, out_events(ctx->out));
	while (s->items[i].state == ITEM_INVALID)
		i++;
	/* Nobody has asked for the system's Python, and a pin that cannot be read looks the same. */
	if (s->source == SOURCE_DEFAULT) {
		err_set(err, ERR_NOT_INSTALLED, "no version is chosen here");
		return err_detail(err, "to fix", "pyvern venv -p VERSION, or -p system");
	}
	*ret_request = mem_strndup(s->items[i].word.text.p, s->items[i].word.text.n);
	*ret_asked_by = choice_asker(&choice, i);
	return 0;
}

/* What the options say of every environment that is made. */
static int
read_options(const struct options *options, struct environment_spec *ret, struct err *err)
{
	static const struct {
		const char *name;
		enum seed_way way;
	} ways[] = { { "reflink", SEED_REFLINK },
		     { "hardlink", SEED_HARDLINK },
		     { "copy", SEED_COPY } };
	static const char *const with_pip[] = { "link", "from",	      "upgrade-deps",
						"seed", "find-links", "download" };
	const char *link = options_text(options, "link");

	*ret = (struct environment_spec){
		.prompt = options_text(options, "prompt"),
		.system_site_packages = options_has(options, "system-site-packages"),
		.without_pip = options_has(options, "without-pip"),
		.clear = options_has(options, "clear"),
		.copies = options_has(options, "copies"),
		.no_vcs_ignore = options_has(options, "no-vcs-ignore"),
		.relocatable = options_has(options, "relocatable"),
		.allow_existing = options_has(options, "allow-existing"),
	};
	if (ret->clear && ret->allow_existing)
		return err_set(err, ERR_USAGE, "--clear and --allow-existing exclude each other");
	if (ret->copies && options_has(options, "symlinks"))
		return err_set(err, ERR_USAGE, "--copies and --symlinks exclude each other");
	for (size_t i = 0; ret->without_pip && i < sizeof(with_pip) / sizeof(*with_pip); i++)
		if (options_has(options, with_pip[i]))
			return err_set(err, ERR_USAGE,
				       "--%s and --without-pip exclude each other: it is about pip",
				       with_pip[i]);
	for (size_t i = 0; link && i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(link, ways[i].name) == 0)
			ret->link = ways[i].way;
	if (link && ret->link == SEED_ANY)
		return err_set(err, ERR_USAGE, "--link %s: it is reflink, hardlink or copy", link);
	return 0;
}

/* What is chosen to begin with. --download and --find-links alone are about pip, for Pythons
 * that bring none. */
struct chosen {
	struct seed_list list;
	struct environment_seed seed;
	char *find_links;
};

static void
chosen_reset(struct chosen *chosen)
{
	seed_list_reset(&chosen->list);
	free(chosen->find_links);
}

static int
read_seed(const struct context *ctx, struct chosen *ret, struct environment_spec *spec,
	  struct err *err)
{
	const struct options *options = ctx->options;
	const char *find_links = options_text(options, "find-links");
	const char *working = ctx->layout->working ? ctx->layout->working : "/";
	bool download = options_has(options, "download");

	if (!options_has(options, "seed") && !find_links && !download)
		return 0;
	ret->seed.packages = options_has(options, "seed") ? options_text(options, "seed") : "pip";
	if (seed_list_parse(ret->seed.packages, working, &ret->list, err) < 0 ||
	    (find_links && environment_path(ctx, find_links, &ret->find_links, err) < 0))
		return -1;
	ret->seed.key = ret->list.key;
	ret->seed.find_links = ret->find_links;
	ret->seed.download = download;
	spec->seed = &ret->seed;
	return 0;
}

/* --upgrade changes what is there and makes nothing. */
static int
upgrade_all(const struct context *ctx, const struct store *store, const struct strvec *dirs,
	    struct err *err)
{
	static const char *const makes[] = { "clear",
					     "prompt",
					     "seed",
					     "download",
					     "find-links",
					     "without-pip",
					     "copies",
					     "symlinks",
					     "relocatable",
					     "link",
					     "allow-existing",
					     "no-vcs-ignore",
					     "system-site-packages" };
	const struct options *options = ctx->options;

	for (size_t i = 0; i < sizeof(makes) / sizeof(*makes); i++)
		if (options_has(options, makes[i]))
			return err_set(err, ERR_USAGE,
				       "--upgrade and --%s exclude each other: it is about how one "
				       "is made",
				       makes[i]);
	for (size_t i = 0; i < dirs->count; i++)
		if (venv_upgrade(ctx, store, dirs->items[i], options_text(options, "python"), err) <
		    0)
			return -1;
	return 0;
}

/* Before 3.12, environments come with setuptools, too. */
static bool
has_setuptools(const char *path)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_env_look struct env_look look = { 0 };
	cleanup_err struct err ignored = { 0 };
	cleanup_free char *folder = NULL;

	if (fs_open_dir(path, &tree, &ignored) < 0 || !env_look(&tree, &look) || !look.language)
		return false;
	folder = mem_printf("lib/python%s/site-packages/setuptools", look.language);
	return fs_is_dir_at(&tree, folder);
}

/* Have the environment's own pip install what the options ask for. */
static int
fill(const struct context *ctx, const char *dir, struct err *err)
{
	const char *file = options_text(ctx->options, "from");
	struct environment_packages packages = {
		.quiet = options_has(ctx->options, "quiet") || options_has(ctx->options, "json"),
	};
	cleanup_free char *path = NULL;
	cleanup_free char *list = NULL;

	if (!file && !options_has(ctx->options, "upgrade-deps"))
		return 0;
	if (environment_path(ctx, dir, &path, err) < 0 ||
	    (file && environment_path(ctx, file, &list, err) < 0))
		return -1;
	packages.path = path;
	if (options_has(ctx->options, "upgrade-deps") &&
	    environment_bring(ctx, &packages,
			      (char *[]){ "--upgrade", "pip",
					  has_setuptools(path) ? "setuptools" : NULL, NULL },
			      err) < 0)
		return -1;
	return list ? environment_bring(ctx, &packages, (char *[]){ "-r", list, NULL }, err) : 0;
}

static int
make_all(const struct context *ctx, const struct store *store, const struct strvec *dirs,
	 struct environment_spec *spec, int *ret_status, struct err *err)
{
	for (size_t i = 0; i < dirs->count && *ret_status == 0; i++) {
		spec->dir = dirs->items[i];
		if (environment_make(ctx, store, spec, ret_status, err) < 0 ||
		    (*ret_status == 0 && fill(ctx, spec->dir, err) < 0))
			return -1;
	}
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct options *options = ctx->options;
	cleanup_strvec struct strvec dirs = { 0 };
	cleanup_store struct store store = STORE_INIT;
	cleanup_free char *request = mem_strdup(options_text(options, "python"));
	cleanup_free char *asked_by = NULL;
	cleanup_free char *version = NULL;
	cleanup_with(chosen_reset) struct chosen chosen = { 0 };
	struct environment_spec spec;

	strvec_add_all(&dirs, options->args.items);
	if (dirs.count == 0)
		strvec_add(&dirs, ".venv");
	if (read_options(options, &spec, err) < 0 || read_seed(ctx, &chosen, &spec, err) < 0)
		return -1;
	if (dirs.count > 1 && options_has(options, "json"))
		return err_set(err, ERR_USAGE, "--json describes one environment");
	sig_install();
	if (options_has(options, "upgrade"))
		return store_open(ctx->layout, &store, err) < 0
			       ? -1
			       : upgrade_all(ctx, &store, &dirs, err);
	for (size_t i = 0; i < dirs.count && !spec.allow_existing; i++)
		if (environment_check_place(ctx, dirs.items[i], spec.clear, err) < 0)
			return -1;
	if (store_open(ctx->layout, &store, err) < 0 ||
	    (!request && chosen_here(ctx, &request, &asked_by, err) < 0) ||
	    environment_version(ctx, &store, request, asked_by, &version, ret_status, err) < 0)
		return -1;
	if (!version)
		return 0;
	spec.version = version;
	spec.request = request;
	return make_all(ctx, &store, &dirs, &spec, ret_status, err);
}

static const struct option_spec options[] = {
	{ .name = "python",
	  .letter = 'p',
	  .kind = OPTION_TEXT,
	  .value = "VERSION",
	  .operand = { OPERAND_INSTALLED },
	  .help = "the Python to make it on (default: what is chosen here)" },
	{ .name = "prompt",
	  .kind = OPTION_TEXT,
	  .value = "TEXT",
	  .help = "name in the shell's prompt (default: DIR's; .: this folder's)" },
	{ .name = "system-site-packages", .help = "let it see the packages of its Python" },
	{ .name = "without-pip", .help = "leave it empty" },
	{ .name = "clear", .help = "make an existing environment anew" },
	{ .name = "allow-existing", .help = "in a folder with something in it, which stays" },
	{ .name = "upgrade", .help = "bind one that is there to a newer patch release" },
	{ .name = "relocatable", .help = "with scripts that find it by where they are" },
	{ .name = "copies", .help = "copy the interpreter instead of linking to it" },
	{ .name = "symlinks", .help = "link to it, which is usual" },
	{ .name = "link",
	  .kind = OPTION_TEXT,
	  .value = "HOW",
	  .help = "pip's files by reflink, hardlink or copy (else what works)" },
	{ .name = "seed",
	  .kind = OPTION_TEXT,
	  .value = "LIST",
	  .help = "begin with these: pip,setuptools==80.9.0,./x.whl" },
	{ .name = "find-links",
	  .kind = OPTION_TEXT,
	  .value = "DIR",
	  .operand = { OPERAND_FOLDER },
	  .help = "look for their wheels in this folder, too" },
	{ .name = "download", .help = "have pip download those that are not at hand" },
	{ .name = "from",
	  .kind = OPTION_TEXT,
	  .value = "FILE",
	  .operand = { OPERAND_FILE },
	  .help = "then have its pip install what this file requires" },
	{ .name = "upgrade-deps", .help = "then have its pip bring its own newest release" },
	{ .name = "no-vcs-ignore", .help = "without a .gitignore in it" },
	OPTION_INSTALL,
	{ .name = "quiet", .letter = 'q', .help = "say nothing unless it fails" },
	{ .name = "json", .help = "describe what was made as JSON" },
	{ 0 },
};

const struct command command_venv = {
	.name = "venv",
	.summary = "Make a virtual environment",
	.usage = "[DIR...]",
	.rest = { OPERAND_FOLDER },
	.options = options,
	.help = "DIR is .venv unless given. An environment made for a minor version (3.12)\n"
		"follows its patch releases; one made for 3.12.11 stays with that. pip is in it.\n"
		"Enter it with `. DIR/bin/activate` (activate.fish, activate.csh).",
	.run = run,
};
