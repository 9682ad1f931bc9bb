/* SPDX-License-Identifier: MIT */
/* pyvern rollback: an alias leads to what it led to before. */
#include <config.h>

#include <string.h>

#include "base/shell.h"
#include "cmd/series.h"
#include "os/sig.h"

#define SCHEMA 1

static int
nothing_before(const struct series *s, struct err *err)
{
	cleanup_generations struct generations g = { 0 };
	cleanup_free char *was = NULL;

	if (store_generations(s->store, s->alias, &g, err) < 0)
		return -1;
	err_set(err, ERR_FAILED, "%s has nothing to go back to", s->alias);
	err_detail(err, "is", "%s", s->from);
	if (g.was.count == 0)
		return err_detail(err, "to fix", "pyvern versions shows what is installed");
	was = shell_word(g.was.items[g.was.count - 1]);
	err_detail(err, "before", "%s, which is not installed any more", was);
	return err_detail(err, "to fix", "pyvern install %s && pyvern rollback %s", was, s->alias);
}

static int
roll_back(const struct context *ctx, struct series *s, struct err *err)
{
	cleanup_free char *started = NULL;
	bool dry_run = options_has(ctx->options, "dry-run");
	bool is_begun = s->to && series_is_newer(s->from, s->to);

	/* An upgrade that was cut short is over now, and what is to be taken back. */
	if (s->to && !is_begun) {
		free(s->from);
		s->from = steal_ptr(&s->to);
	}
	if (!is_begun && store_generation_before(s->store, s->alias, &s->to, err) < 0)
		return -1;
	if (!s->to)
		return nothing_before(s, err);
	if (!dry_run && !is_begun && !options_has(ctx->options, "force") &&
	    series_try(s, err) < 0) {
		err_wrap(err, "%s stays at %s", s->alias, s->from);
		return err_detail(err, "to fix", "pyvern rollback --force %s", s->alias);
	}
	if (!dry_run && series_switch(s, err) < 0)
		return -1;
	started = series_started_text(s);
	out_fact(ctx->out, '~', s->alias, "%s -> %s%s%s%s", s->from, s->to,
		 dry_run ? ", if it were done" : "", *started ? "       " : "", started);
	series_show_users(s);
	if (!dry_run)
		series_show_inside(s);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	bool json = options_has(ctx->options, "json");
	cleanup_store struct store store = STORE_INIT;
	int result = 0;

	(void)ret_status;
	if (args->count == 0) {
		err_set(err, ERR_USAGE, "rollback: which series?");
		return err_detail(err, "to fix", "pyvern rollback 3.13");
	}
	sig_install();
	if (store_open_writable(ctx->layout, "roll back", &store, err) < 0)
		return -1;
	if (json) {
		out_json_begin(ctx->out, SCHEMA);
		out_json_array(ctx->out, "series");
	}
	for (size_t i = 0; result == 0 && i < args->count; i++) {
		cleanup_series struct series series = { 0 };

		result = series_find(ctx, &store, args->items[i], &series, err) < 0 ||
					 roll_back(ctx, &series, err) < 0
				 ? -1
				 : 0;
		if (json && result == 0) {
			out_json_object(ctx->out, NULL);
			series_json_users(&series);
			out_json_close(ctx->out);
		}
	}
	if (json) {
		out_json_close(ctx->out);
		out_json_end(ctx->out);
	}
	return result;
}

static const struct option_spec options[] = {
	{ .name = "force", .letter = 'f', .help = "without trying whether what follows starts" },
	{ .name = "dry-run", .letter = 'n', .help = "only show what would be done" },
	{ .name = "json", .help = "print what was done as JSON" },
	{ .name = "quiet", .letter = 'q', .help = "only show what needs you" },
	{ 0 },
};

const struct command command_rollback = {
	.name = "rollback",
	.summary = "Take an upgrade back",
	.usage = "SERIES...",
	.rest = { OPERAND_INSTALLED },
	.options = options,
	.help = "The alias of SERIES (3.13) leads to the version again that it led to before; "
		"what\n"
		"follows it goes along, when it starts there. The newer version stays installed, "
		"and\n"
		"the alias leads to it again only when `pyvern upgrade SERIES` says so.",
	.run = run,
};
