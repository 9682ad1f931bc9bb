/* SPDX-License-Identifier: MIT */
/* pyvern config: read and change settings. */
#include <config.h>

#include <string.h>

#include "cmd/command.h"

static int
known_key(const char *key, struct err *err)
{
	for (const struct config_key *k = config_keys; k->name; k++)
		if (strcmp(k->name, key) == 0)
			return 0;
	err_set(err, ERR_USAGE, "there is no setting %s", key);
	return err_detail(err, "to fix", "pyvern config list");
}

static int
get(const struct context *ctx, const char *key, int *ret_status, struct err *err)
{
	const char *origin = NULL;
	const char *value;

	if (known_key(key, err) < 0)
		return -1;
	value = config_get(ctx->config, key, &origin);
	if (!value)
		*ret_status = 1;
	if (options_has(ctx->options, "json")) {
		out_json_begin(ctx->out, 1);
		out_json_text(ctx->out, "key", key);
		out_json_text(ctx->out, "value", value);
		out_json_text(ctx->out, "origin", origin);
		out_json_end(ctx->out);
	} else if (value) {
		out_line(ctx->out, value);
	}
	return 0;
}

static void
list_json(const struct context *ctx)
{
	out_json_begin(ctx->out, 1);
	out_json_array(ctx->out, "settings");
	for (const struct config_key *k = config_keys; k->name; k++) {
		const char *origin = NULL;
		const char *value = config_get(ctx->config, k->name, &origin);

		out_json_object(ctx->out, NULL);
		out_json_text(ctx->out, "key", k->name);
		out_json_text(ctx->out, "value", value);
		out_json_text(ctx->out, "origin", origin);
		out_json_text(ctx->out, "help", k->help);
		out_json_close(ctx->out);
	}
	out_json_close(ctx->out);
	out_json_end(ctx->out);
}

static int
list(const struct context *ctx)
{
	struct out_table *table;

	if (options_has(ctx->options, "json")) {
		list_json(ctx);
		return 0;
	}
	table = out_table_new(3);
	for (const struct config_key *k = config_keys; k->name; k++) {
		const char *origin = NULL;
		const char *value = config_get(ctx->config, k->name, &origin);
		cleanup_free char *place = origin ? layout_show(ctx->layout, origin) : NULL;
		const char *cells[] = { k->name, value ? value : "-",
					place ? place : (value ? "(built in)" : "") };

		out_table_row(table, cells);
	}
	out_table_print(ctx->out, table);
	return 0;
}

static int
set(const struct context *ctx, const char *key, const char *value, struct err *err)
{
	const char *origin = NULL;

	if (options_has(ctx->options, "json"))
		return err_set(err, ERR_USAGE, "--json is for what config shows, not for changes");
	if (known_key(key, err) < 0 || config_set(ctx->layout, key, value, err) < 0)
		return -1;
	if (value)
		out_fact(ctx->out, '~', key, "%s", value);
	else
		out_fact(ctx->out, '-', key, "not set in this root any more");
	(void)config_get(ctx->config, key, &origin);
	if (origin && origin[0] != '/')
		out_fact(ctx->out, '!', key, "%s is set, and wins over files", origin);
	return 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *verb = args->count ? args->items[0] : "list";

	if (strcmp(verb, "list") == 0 && args->count <= 1)
		return list(ctx);
	if (strcmp(verb, "get") == 0 && args->count == 2)
		return get(ctx, args->items[1], ret_status, err);
	if (strcmp(verb, "set") == 0 && args->count == 3)
		return set(ctx, args->items[1], args->items[2], err);
	if (strcmp(verb, "unset") == 0 && args->count == 2)
		return set(ctx, args->items[1], NULL, err);
	err_set(err, ERR_USAGE, "config: these words mean nothing together");
	return err_detail(err, "to fix", "pyvern help config");
}

static void
add_settings(struct buf *b)
{
	buf_add_text(b, "\nSettings:\n");
	for (const struct config_key *k = config_keys; k->name; k++)
		buf_printf(b, "  %-14s  %s\n", k->name, k->help);
}

static const struct option_spec options[] = {
	{ .name = "json", .help = "list or get as JSON" },
	{ 0 },
};

const struct command command_config = {
	.name = "config",
	.summary = "Show and change settings",
	.usage = "[list | get KEY | set KEY VALUE | unset KEY]",
	.operands = { { .words = "list get set unset" }, { OPERAND_CONFIG_KEY } },
	.options = options,
	.help = "Settings come from /etc/pyvern/config, the user's and the root's `config`\n"
		"files (key = value); the variable PYVERN_KEY wins over all. `set` writes the\n"
		"root's file. `get` of a setting that nothing sets prints nothing and ends with 1.",
	.more = add_settings,
	.run = run,
};
