/* SPDX-License-Identifier: MIT */
/* What its user hands to `install`: definition files, and a patch. */
#include <config.h>

#include "install_given.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "os/sig.h"
#include "supply/build.h"
#include "supply/install_rules.h"

/* Bytes of a patch that are read at one time. */
#define PATCH_CHUNK 16384

char *
given_definition(const struct context *ctx, const char *word)
{
	char *path = definition_find(ctx->layout, word);

	/* A file that happens to be called 3.13 is not what was meant. */
	if (path && !strchr(word, '/') && !ctx->policy->speaks_pyenv) {
		cleanup_free char *here =
			path_clean(ctx->layout->working ? ctx->layout->working : "/", word);

		if (strcmp(path, here) == 0) {
			free(path);
			path = definition_find_named(ctx->layout, word);
		}
	}
	return path;
}

int
given_check(const struct context *ctx, const char *path, struct err *err)
{
	cleanup_install_rules struct install_rules rules = { 0 };
	bool is_file = strchr(path, '/') != NULL;

	if (install_rules_open(ctx->layout, ctx->config, &rules, err) < 0)
		return -1;
	return install_rules_check_source(&rules, is_file ? RULES_DEFINITION : RULES_BRANCH,
					  path_base(path), err);
}

int
given_open(const struct context *ctx, const char *path, const char *name,
	   struct install_options *options, struct definition *definition, struct err *err)
{
	cleanup_free char *prefix = path_join(ctx->layout->root, LAYOUT_VERSIONS, name, NULL);

	if (given_check(ctx, path, err) < 0 ||
	    definition_open(ctx->layout, path, prefix, definition, err) < 0)
		return -1;
	options->definition = definition;
	if (!options->name)
		options->name = name;
	return 0;
}

const char *
given_package(const struct definition *definition)
{
	const char *name = NULL;

	for (size_t i = 0; i < definition->count; i++) {
		name = definition->packages[i].name;
		if (definition->packages[i].is_python)
			break;
	}
	return name;
}

int
given_patch(char **ret_patch, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(BUILD_PATCH_MAX);
	char chunk[PATCH_CHUNK];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			return err_sys(err, "cannot read the patch from standard input");
		if (sig_check(err) < 0)
			return -1;
		if (n > 0)
			buf_add(&text, chunk, (size_t)n);
	}
	if (buf_check(&text, "the patch", err) < 0)
		return -1;
	/* A text ends there: what came after would be left out in silence. */
	if (text.data && memchr(text.data, '\0', text.len))
		return err_set(err, ERR_USAGE, "the patch on standard input is no text");
	*ret_patch = buf_take(&text);
	return 0;
}
