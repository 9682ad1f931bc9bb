/* SPDX-License-Identifier: MIT */
/* python-build: a Python for any folder (facts/pyenv.md 7). */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "install_given.h"
#include "install_job.h"
#include "pyenv_tell.h"
#include "supply/fetch.h"

/* What pyenv's scripts eval to take their own command line apart (OPTIONS, ARGUMENTS). */
static const char lib_text[] = "parse_options() {\n"
			       "  OPTIONS=()\n"
			       "  ARGUMENTS=()\n"
			       "  local arg\n"
			       "  for arg; do\n"
			       "    case $arg in\n"
			       "    --*) OPTIONS+=(\"${arg#--}\") ;;\n"
			       "    -*)\n"
			       "      arg=${arg#-}\n"
			       "      while [ -n \"$arg\" ]; do\n"
			       "        OPTIONS+=(\"${arg:0:1}\")\n"
			       "        arg=${arg:1}\n"
			       "      done ;;\n"
			       "    *) ARGUMENTS+=(\"$arg\") ;;\n"
			       "    esac\n"
			       "  done\n"
			       "}\n";

/* One run of the command. */
struct building {
	const struct context *ctx;
	struct catalog *catalog;
	struct fetch_session *session;
	const char *name;	      /* of the definition, as typed */
	struct definition definition; /* where it is a file; its path is NULL else */
	char *prefix;		      /* absolute */
	char *package;		      /* "Python-3.13.5", for people */
	char *patch;
	char *sources;
};

static void
building_reset(struct building *b)
{
	definition_reset(&b->definition);
	fetch_session_close(b->session);
	catalog_free(b->catalog);
	free(b->prefix);
	free(b->package);
	free(b->patch);
	free(b->sources);
}

static int
list(const struct context *ctx, const struct catalog *catalog, struct err *err)
{
	cleanup_strvec struct strvec names = { 0 };

	/* What plugins bring is among them. */
	if (install_names(ctx, catalog, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		out_line(ctx->out, names.items[i]);
	return 0;
}

static int
unknown(const struct building *b, struct err *err)
{
	(void)catalog_unknown(b->catalog, b->name, err);
	return err_pyenv(err, "python-build: definition not found: %s", b->name);
}

/* Names are whole here: a script that asks for 3.13 and goes by the status must not
 * get 3.13.5. */
static int
find_known(const struct building *b, const struct install_options *options, struct err *err)
{
	struct install_options plain = *options;
	cleanup_free char *found = NULL;
	cleanup_err struct err none = { 0 };

	plain.debug = false;
	plain.patch = NULL;
	if (install_find(&plain, b->name, &found, &none) < 0) {
		if (none.code == ERR_UNKNOWN_VERSION || none.code == ERR_USAGE)
			return unknown(b, err);
		*err = none;
		none = (struct err){ 0 };
		return -1;
	}
	return strcmp(found, b->name) == 0 ? 0 : unknown(b, err);
}

/* A file first, then what the catalogue knows. */
static int
find(struct building *b, struct install_options *options, struct err *err)
{
	cleanup_free char *path = definition_find(b->ctx->layout, b->name);

	if (!path) {
		b->package = install_package_name(b->name);
		return find_known(b, options, err);
	}
	if (given_check(b->ctx, path, err) < 0 ||
	    definition_open(b->ctx->layout, path, b->prefix, &b->definition, err) < 0)
		return -1;
	b->package = mem_strdup(given_package(&b->definition));
	options->definition = &b->definition;
	options->name = b->definition.name;
	return 0;
}

static int
open_session(struct building *b, struct install_options *options, struct err *err)
{
	struct fetch_options fetch;

	fetch_options_init(b->ctx->layout, b->ctx->config, &fetch);
	if (options_has(b->ctx->options, "ipv4"))
		options->ip = 4;
	if (options_has(b->ctx->options, "ipv6"))
		options->ip = 6;
	fetch.http.ip = options->ip;
	return fetch_session_open(&fetch.http, &b->session, err);
}

static int
build(struct building *b, const struct install_options *given, struct err *err)
{
	struct install_options options = *given;
	struct pyenv_teller teller = { .out = b->ctx->out,
				       .is_verbose = options_has(b->ctx->options, "verbose") };
	struct events events = { pyenv_tell, &teller };
	cleanup_install_result struct install_result result = { 0 };

	if (find(b, &options, err) < 0 || open_session(b, &options, err) < 0)
		return -1;
	if (options_has(b->ctx->options, "patch") && given_patch(&b->patch, err) < 0)
		return -1;
	/* A definition names each of its packages. */
	teller.package = options.definition ? NULL : b->package;
	options.events = &events;
	options.patch = b->patch;
	options.session = b->session;
	if (install_version(&options, b->name, &result, err) < 0)
		return -1;
	pyenv_tell_result(b->ctx->out, b->package, b->prefix, &result);
	return 0;
}

/* A failed build is told, and is a status. */
static int
build_or_tell(struct building *b, const struct install_options *options, int *ret_status,
	      struct err *err)
{
	if (build(b, options, err) == 0)
		return 0;
	if (err->code == ERR_INTERRUPTED || err->code == ERR_USAGE)
		return -1;
	pyenv_tell_failure(b->ctx->out, err);
	*ret_status = err_pyenv_status(err->code);
	err_reset(err);
	return 0;
}

static int
run(struct building *b, int *ret_status, struct err *err)
{
	const struct context *ctx = b->ctx;
	const struct strvec *args = &ctx->options->args;
	const char *cwd = ctx->layout->working ? ctx->layout->working : "/";
	const char *sources = getenv("PYTHON_BUILD_BUILD_PATH");
	struct install_options options = { .layout = ctx->layout,
					   .config = ctx->config,
					   .catalog = b->catalog,
					   .build = { .as_pyenv = true },
					   .debug = options_has(ctx->options, "debug"),
					   .keep = options_has(ctx->options, "keep") };

	if (args->count != 2 || !*args->items[0] || !*args->items[1])
		return err_set(err, ERR_USAGE, "a definition and a folder are needed");
	b->name = args->items[0];
	b->prefix = path_clean(cwd, args->items[1]);
	if (sources && *sources)
		b->sources = path_clean(cwd, sources);
	options.prefix = b->prefix;
	options.sources = b->sources;
	return build_or_tell(b, &options, ret_status, err);
}

int
python_build_run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_with(building_reset) struct building b = { .ctx = ctx,
							   .definition = DEFINITION_INIT };
	const struct options *options = ctx->options;

	*ret_status = 0;
	if (options_has(options, "lib")) {
		out_data(ctx->out, "%s", lib_text);
		return 0;
	}
	if (options_has(options, "version")) {
		out_data(ctx->out, "python-build %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (catalog_open(ctx->layout, &b.catalog, err) < 0)
		return -1;
	if (options_has(options, "definitions") || options_has(options, "list"))
		return list(ctx, b.catalog, err);
	return run(&b, ret_status, err);
}
