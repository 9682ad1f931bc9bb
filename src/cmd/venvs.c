/* SPDX-License-Identifier: MIT */
/* pyvern venvs: what environments there are. */
#include <config.h>

#include "cmd/venvs.h"

#include <string.h>
#include <time.h>

#include "base/path.h"
#include "base/shell.h"
#include "cmd/when.h"
#include "os/sig.h"
#include "venv/scan.h"

#define COLUMNS 5

/* Bytes on the disk; what environments share is divided among them. */
static uint64_t
size_of(const struct venv_row *row)
{
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err ignored = { 0 };

	if (row->is_away || fs_open_dir(row->folder, &tree, &ignored) < 0)
		return 0;
	return fs_tree_size(&tree, ".");
}

static void
add_to_table(struct out_table *table, const struct venv_row *row, int64_t now)
{
	const char *state = venv_row_state(row);
	bool is_fine = strcmp(state, "ok") == 0;
	cleanup_free char *name =
		mem_printf("%s %s", row->is_active ? "*" : " ", row->name ? row->name : "-");
	cleanup_free char *python =
		mem_printf("%s%s%s%s%s%s", row->python ? row->python : "unknown",
			   row->follows ? " (" : "", row->follows ? row->follows : "",
			   row->follows ? ")" : "", is_fine ? "" : "  ", is_fine ? "" : state);
	cleanup_free char *size = row->is_away ? mem_strdup("-") : out_size(size_of(row));
	cleanup_free char *used = row->is_active ? mem_strdup("now") : when_text(row->used, now);
	const char *cells[COLUMNS] = { name, python, size, used, row->path };

	out_table_row(table, cells);
	if (row->is_active)
		out_table_tint(table, OUT_TINT_STRONG);
	else if (row->look.problem)
		out_table_tint(table, OUT_TINT_WARN);
	else if (!is_fine)
		out_table_tint(table, OUT_TINT_FAINT);
}

static void
print_table(const struct context *ctx, const struct venv_rows *rows)
{
	static const char *const header[COLUMNS] = { "  name", "python", "size", "used", "place" };
	struct out_table *table = out_table_new(COLUMNS);
	int64_t now = time(NULL);

	out_table_row(table, header);
	for (size_t i = 0; i < rows->count; i++)
		add_to_table(table, &rows->items[i], now);
	out_table_print(ctx->out, table);
	out_flush(ctx->out);
	for (size_t i = 0; i < rows->count; i++) {
		cleanup_free char *shown = layout_show(ctx->layout, rows->items[i].path);

		cleanup_free char *word = shell_word(rows->items[i].path);

		if (!rows->items[i].look.problem)
			continue;
		out_fact(ctx->out, '!', "broken", "%s: %s", shown, rows->items[i].look.problem);
		out_detail(ctx->out, "to fix", "pyvern repair %s", word);
	}
}

static void
json_time(struct out *out, const char *key, int64_t when)
{
	time_t seconds = (time_t)when;
	char text[32] = "";
	struct tm tm;

	if (when && gmtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	out_json_text(out, key, *text ? text : NULL);
}

static void
print_json(const struct context *ctx, const struct venv_rows *rows)
{
	struct out *out = ctx->out;

	out_json_begin(out, 1);
	out_json_array(out, "environments");
	for (size_t i = 0; i < rows->count; i++) {
		const struct venv_row *row = &rows->items[i];

		out_json_object(out, NULL);
		out_json_text(out, "name", row->name);
		out_json_text(out, "path", row->path);
		out_json_text(out, "folder", row->folder);
		out_json_text(out, "python", row->python);
		out_json_text(out, "version", row->version);
		out_json_text(out, "follows", row->follows);
		out_json_text(out, "base", row->look.base);
		out_json_text(out, "made_by", row->look.maker);
		out_json_text(out, "known", row->is_known ? registered_how_name(row->how) : NULL);
		out_json_bool(out, "ours", row->is_ours);
		out_json_text(out, "state", venv_row_state(row));
		out_json_text(out, "because", row->look.problem);
		out_json_number(out, "size", (int64_t)size_of(row));
		json_time(out, "used", row->used);
		out_json_bool(out, "active", row->is_active);
		out_json_close(out);
	}
	out_json_close(out);
	out_json_end(out);
}

static void
print(const struct context *ctx, const struct venv_rows *rows)
{
	if (options_has(ctx->options, "json"))
		print_json(ctx, rows);
	else
		print_table(ctx, rows);
}

static int
list(const struct context *ctx, const struct store *store, struct err *err)
{
	cleanup_venv_rows struct venv_rows rows = { 0 };

	if (venvs_collect(ctx, store, &rows, err) < 0)
		return -1;
	if (rows.count == 0 && !options_has(ctx->options, "json")) {
		out_note(ctx->out, "no environments are known here");
		out_detail(ctx->out, "to fix",
			   "pyvern venv makes one, pyvern venvs scan DIR looks "
			   "for others");
		return 0;
	}
	print(ctx, &rows);
	return 0;
}

/* Keep of ROWS only those in PATHS, which have no links in them. */
static void
keep_found(struct venv_rows *rows, const struct strvec *paths)
{
	struct venv_rows kept = { 0 };
	struct venv_rows others = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		struct venv_rows *to = strvec_has(paths, rows->items[i].real) ? &kept : &others;

		to->items = vec_grow(to->items, to->count, sizeof(*to->items));
		to->items[to->count++] = rows->items[i];
	}
	free(rows->items);
	*rows = kept;
	venv_rows_reset(&others);
}

/* What was made or trusted stays so; all else is found from now on. */
static void
note_found(const struct context *ctx, const struct store *store, const char *path)
{
	cleanup_registry_envs struct registry_envs known = { 0 };

	registry_find(store, path, &known);
	if (known.count == 0 || (known.items[0].how != REGISTERED_FOUND && !known.items[0].is_ours))
		registry_note(store, path, REGISTERED_FOUND, out_events(ctx->out));
}

static int
find(const struct context *ctx, const struct store *store, const char *dir, struct err *err)
{
	const struct layout *layout = ctx->layout;
	cleanup_free char *path = NULL;
	cleanup_free char *shown = NULL;
	cleanup_free char *real = NULL;
	cleanup_free char *root = NULL;
	cleanup_scan_found struct scan_found found = { 0 };
	cleanup_venv_rows struct venv_rows rows = { 0 };
	size_t unread;

	if (!*dir)
		return err_set(err, ERR_USAGE, "the folder's name is empty");
	if (dir[0] != '/' && !layout->working)
		return err_set(err, ERR_FAILED, "the working folder is gone");
	path = path_clean(layout->working ? layout->working : "/", dir);
	shown = layout_show(layout, path);
	sig_install();
	/* Those in the root have names, and are known by them. */
	real = realpath(path, NULL);
	root = realpath(layout->root, NULL);
	if (scan(real ? real : path, root, &found, err) < 0)
		return -1;
	for (size_t i = 0; i < found.envs.count; i++)
		note_found(ctx, store, found.envs.items[i]);
	unread = found.unread;
	if (unread)
		out_fact(ctx->out, '!', shown, "%zu folder%s in it cannot be read", unread,
			 unread == 1 ? "" : "s");
	if (venvs_collect(ctx, store, &rows, err) < 0)
		return -1;
	/* Where nothing can be remembered, they are there all the same. */
	for (size_t i = 0; i < found.envs.count; i++)
		venvs_add(store, found.envs.items[i], &rows);
	keep_found(&rows, &found.envs);
	if (rows.count || options_has(ctx->options, "json"))
		print(ctx, &rows);
	else
		out_note(ctx->out, "no environments in %s", shown);
	return 0;
}

/* One of the verbs that change something. */
static int
change(const struct context *ctx, const struct store *store, const char *verb, const char *old,
       const char *new, struct err *err)
{
	cleanup_venv_rows struct venv_rows rows = { 0 };

	if (options_has(ctx->options, "json"))
		return err_set(err, ERR_USAGE, "--json is for what venvs shows, not for changes");
	sig_install();
	if (venvs_collect(ctx, store, &rows, err) < 0)
		return -1;
	if (strcmp(verb, "move") == 0)
		return venvs_move(ctx, store, &rows, old, new, err);
	if (strcmp(verb, "clone") == 0)
		return venvs_clone(ctx, store, &rows, old, new, err);
	return venvs_rename(ctx, &rows, old, new, err);
}

static bool
is_change(const char *verb)
{
	return strcmp(verb, "move") == 0 || strcmp(verb, "clone") == 0 ||
	       strcmp(verb, "rename") == 0;
}

static int
run(struct context *ctx, int *ret_status, struct err *err)
{
	const struct strvec *args = &ctx->options->args;
	const char *verb = args->count ? args->items[0] : "list";
	cleanup_store struct store store = STORE_INIT;

	(void)ret_status;
	if (store_open(ctx->layout, &store, err) < 0)
		return -1;
	if (strcmp(verb, "list") == 0 && args->count <= 1)
		return list(ctx, &store, err);
	if (strcmp(verb, "scan") == 0 && args->count == 2)
		return find(ctx, &store, args->items[1], err);
	if (is_change(verb) && args->count == 3)
		return change(ctx, &store, verb, args->items[1], args->items[2], err);
	err_set(err, ERR_USAGE, "venvs: these words mean nothing together");
	return err_detail(err, "to fix", "pyvern help venvs");
}

static const struct option_spec options[] = {
	{ .name = "json", .help = "as one JSON document" },
	{ 0 },
};

const struct command command_venvs = {
	.name = "venvs",
	.summary = "Show, find, move, clone and rename environments",
	.usage = "[list | scan DIR | move|clone|rename OLD NEW]",
	.operands = { { .words = "list scan move clone rename" }, { OPERAND_FOLDER } },
	.rest = { OPERAND_FOLDER },
	.options = options,
	.help = "list             the named ones of this root, and what pyvern made or you trust; "
		"a\n"
		"                 star marks what is active (also without a word)\n"
		"scan DIR         look for others in DIR and remember them, without trusting them\n"
		"move OLD NEW     to the folder NEW, which is not there; a named one, to the "
		"folder of\n"
		"                 the version NEW that it is on now\n"
		"clone OLD NEW    another one like OLD, a folder or a name, in the folder NEW\n"
		"rename OLD NEW   for named ones\n"
		"A size counts files that environments share by their share.",
	.run = run,
};
