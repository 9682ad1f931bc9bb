/* SPDX-License-Identifier: MIT */
/* install --bin: links to what is installed, in a folder of the user's. */
#include <config.h>

#include "install_bin.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/binlinks.h"

bool
install_bin_wanted(const struct context *ctx)
{
	return options_has(ctx->options, "bin") || options_has(ctx->options, "bin-dir");
}

/* Owned by the caller; NULL: none is known. */
static char *
folder_of(const struct context *ctx)
{
	const char *dir = options_text(ctx->options, "bin-dir");

	if (!dir)
		return binlinks_folder(ctx->layout);
	if (!*dir || (dir[0] != '/' && !ctx->layout->working))
		return NULL;
	return path_clean(ctx->layout->working ? ctx->layout->working : "/", dir);
}

int
install_bin_check(const struct context *ctx, struct err *err)
{
	cleanup_free char *dir = NULL;

	if (!install_bin_wanted(ctx))
		return 0;
	dir = folder_of(ctx);
	if (dir)
		return binlinks_check_folder(ctx->layout, dir, err);
	err_set(err, ERR_USAGE, "there is no folder for links");
	return err_detail(err, "to fix", "--bin-dir DIR");
}

static void
show(const struct context *ctx, const struct binlink *link)
{
	cleanup_free char *path = layout_show(ctx->layout, link->path);
	const char *name = path_base(link->path).p;

	switch (link->state) {
	case BINLINK_NEW:
	case BINLINK_CHANGED:
		out_fact(ctx->out, link->state == BINLINK_NEW ? '+' : '~', name, "%s -> %s", path,
			 link->version);
		break;
	case BINLINK_SAME:
		out_fact(ctx->out, '=', name, "%s leads to %s", path, link->version);
		break;
	case BINLINK_NEWER:
		out_fact(ctx->out, '=', name, "%s leads to %s, which is newer", path,
			 link->version);
		break;
	}
}

static void
warn_of_path(const struct context *ctx, const char *dir)
{
	cleanup_free char *shown = layout_show(ctx->layout, dir);
	cleanup_free char *word = shell_word(dir);
	struct str rest = str_from(getenv("PATH"));
	struct str part;

	while (str_split(&rest, ':', &part)) {
		cleanup_free char *entry = mem_strndup(part.p, part.n);

		if (entry[0] == '/' && fs_same_folder(entry, dir))
			return;
	}
	out_fact(ctx->out, '!', "PATH", "%s is not on it", shown);
	out_detail(ctx->out, "to fix", "PATH=%s:$PATH in your shell's start-up file", word);
}

/* Keep the first error for the caller, and show the others. */
static void
add_error(const struct context *ctx, struct err *failed, struct err *err)
{
	if (err->code != ERR_NONE) {
		out_error(ctx->out, failed);
		return;
	}
	*err = *failed;
	*failed = (struct err){ 0 };
}

int
install_bin(const struct context *ctx, const struct strvec *names, struct err *err)
{
	bool force = options_has(ctx->options, "force");
	cleanup_free char *dir = NULL;
	cleanup_store struct store store = STORE_INIT;
	bool any = false;

	if (!install_bin_wanted(ctx) || names->count == 0)
		return 0;
	dir = folder_of(ctx);
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	for (size_t i = 0; i < names->count; i++) {
		cleanup_binlink struct binlink link = { 0 };
		cleanup_err struct err failed = { 0 };

		if (binlinks_make(&store, names->items[i], dir, force, &link, &failed) < 0) {
			add_error(ctx, &failed, err);
			continue;
		}
		show(ctx, &link);
		any = true;
	}
	if (any)
		warn_of_path(ctx, dir);
	return err->code == ERR_NONE ? 0 : -1;
}
