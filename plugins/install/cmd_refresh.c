/* SPDX-License-Identifier: MIT */
/* pyvern refresh: newer lists of upstreams, merged into the catalogue. `update` runs it. */
#include <config.h>

#include <string.h>

#include "commands.h"
#include "io/json.h"
#include "io/url.h"
#include "supply/catalog_update.h"
#include "supply/hosts.h"

/* Names of new versions that one line shows. */
#define VERSIONS_SHOWN 6

/* The lists, each of which may fail alone. */
static const char *const upstreams[] = {
	"https://www.python.org/api/v2/downloads/release_file/",
	("https://raw.githubusercontent.com/astral-sh/uv/main/crates/uv-python/"
	 "download-metadata.json"),
	"https://downloads.python.org/pypy/versions.json",
	"https://api.github.com/repos/oracle/graalpython/releases?per_page=100",
};

static void
tell(const struct context *ctx, const char *shown, const struct catalog_merge_report *report)
{
	cleanup_buf struct buf names = BUF_INIT(BUF_TEXT_MAX);
	size_t count = report->versions.count;

	if (report->files == 0) {
		out_fact(ctx->out, '=', "catalogue", "%s has nothing new", shown);
		return;
	}
	/* The newest ones are last. */
	for (size_t i = count > VERSIONS_SHOWN ? count - VERSIONS_SHOWN : 0; i < count; i++)
		buf_printf(&names, "%s%s", names.len ? ", " : "", report->versions.items[i]);
	out_fact(ctx->out, '+', "catalogue", "%s has %zu new file%s%s%s%s", shown, report->files,
		 report->files == 1 ? "" : "s", count ? ": " : " of known versions",
		 buf_text(&names), count > VERSIONS_SHOWN ? " and older ones" : "");
}

static int
refresh_one(const struct context *ctx, const char *place, struct err *err)
{
	const char *ca_file = config_get(ctx->config, "ca_file", NULL);
	struct catalog_list list = { .place = place,
				     .cwd = ctx->layout->working,
				     .http.ca_file = ca_file && *ca_file ? ca_file : NULL };
	cleanup_with(catalog_merge_report_reset) struct catalog_merge_report report = { 0 };
	cleanup_free char *shown = url_mask(place);
	cleanup_buf struct buf text = BUF_INIT(JSON_DOCUMENT_MAX);
	struct http_answer answer;
	unsigned flags = 0;

	hosts_gate(ctx->config, &list.http);
	flags |= options_has(ctx->options, "dry-run") ? CATALOG_MERGE_DRY : 0;
	flags |= options_has(ctx->options, "force") ? CATALOG_MERGE_LOSSY : 0;
	if (catalog_list_get(ctx->layout, &list, &text, &answer, err) < 0)
		return -1;
	if (answer.not_modified) {
		out_fact(ctx->out, '=', "catalogue", "%s has not changed", shown);
		return 0;
	}
	if (catalog_merge(ctx->layout, buf_str(&text), shown, flags, &report, err) < 0)
		return -1;
	tell(ctx, shown, &report);
	if (flags & CATALOG_MERGE_DRY || (!*answer.etag && !url_has_scheme(place, "https")))
		return 0;
	return catalog_list_remember(ctx->layout, place, answer.etag, err);
}

/* The lists that are asked, in RET. */
static void
find_lists(const struct context *ctx, struct strvec *ret)
{
	const char *from = options_text(ctx->options, "from");
	struct str words = str_from(config_get(ctx->config, "catalog_lists", NULL));
	struct str word;

	if (from) {
		strvec_add(ret, from);
		return;
	}
	while (str_word(&words, &word))
		if (!str_eq_text(word, "none"))
			strvec_add_str(ret, word);
	if (!str_trim(str_from(config_get(ctx->config, "catalog_lists", NULL))).n)
		for (size_t i = 0; i < sizeof(upstreams) / sizeof(*upstreams); i++)
			strvec_add(ret, upstreams[i]);
}

int
refresh_run(struct context *ctx, int *ret_status, struct err *err)
{
	cleanup_strvec struct strvec lists = { 0 };
	bool is_cut_off = false;

	if (ctx->options->args.count)
		return err_set(err, ERR_USAGE, "refresh takes no operands: %s",
			       ctx->options->args.items[0]);
	find_lists(ctx, &lists);
	for (size_t i = 0; i < lists.count; i++) {
		cleanup_err struct err why = { 0 };

		if (refresh_one(ctx, lists.items[i], &why) == 0)
			continue;
		if (why.code == ERR_INTERRUPTED || lists.count == 1) {
			*err = why;
			why = (struct err){ 0 };
			return -1;
		}
		/* The others may be there. */
		out_error(ctx->out, &why);
		is_cut_off = is_cut_off || why.code == ERR_NETWORK;
		if (err_status(why.code) > *ret_status)
			*ret_status = err_status(why.code);
	}
	if (is_cut_off)
		out_detail(ctx->out, "to fix",
			   "the same with another network; what was known stays (pyvern list)");
	return 0;
}
