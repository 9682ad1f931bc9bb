/* SPDX-License-Identifier: MIT */
/* pyvern sbom: what an installed version consists of. */
#include <config.h>

#include <string.h>

#include "base/path.h"
#include "commands.h"
#include "core/store.h"
#include "os/sig.h"
#include "supply/sbom.h"

static int
write_file(const struct context *ctx, const char *name, const char *file, struct str text,
	   struct err *err)
{
	cleanup_free char *path =
		path_clean(ctx->layout->working ? ctx->layout->working : "/", file);
	cleanup_free char *folder = mem_strndup(path_dir(path).p, path_dir(path).n);
	cleanup_free char *size = out_size(text.n);
	cleanup_dirfd struct dir dir = DIR_INIT;
	struct str last = path_base(path);

	if (!path_component_ok(last))
		return err_set(err, ERR_USAGE, "%s is no name of a file", file);
	if (fs_open_dir(folder, &dir, err) < 0 ||
	    fs_update_file(&dir, last.p, text, 0666, 0777, err) < 0)
		return err_wrap(err, "sbom");
	out_fact(ctx->out, '+', file, "%s, SPDX 2.3 of %s", size, name);
	return 0;
}

int
sbom_run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *file = options_text(ctx->options, "output");
	cleanup_store struct store store = STORE_INIT;
	cleanup_buf struct buf text = BUF_INIT(SBOM_MAX);
	cleanup_free char *name = NULL;

	(void)ret_status;
	if (args->count != 1) {
		(void)err_set(err, ERR_USAGE, "sbom: of which version?");
		return err_detail(err, "to fix", "pyvern sbom VERSION");
	}
	sig_install();
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	name = store_find(&store, args->items[0]);
	if (!name) {
		(void)err_set(err, ERR_NOT_INSTALLED, "%s is not installed", args->items[0]);
		return err_detail(err, "to fix", "pyvern versions");
	}
	if (sbom_write(&store, name, out_events(ctx->out), &text, err) < 0)
		return -1;
	event_end(out_events(ctx->out), name);
	if (file)
		return write_file(ctx, name, file, buf_str(&text), err);
	out_data(ctx->out, "%s", buf_text(&text));
	return 0;
}
