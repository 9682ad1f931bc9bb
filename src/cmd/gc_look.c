/* SPDX-License-Identifier: MIT */
/* Where gc looks for those who need a version, and whom it finds. */
#include <config.h>

#include "cmd/gc_look.h"

#include <stdlib.h>
#include <string.h>

#include "core/choice.h"
#include "venv/scan.h"

void
gc_users_reset(struct gc_users *users)
{
	venv_rows_reset(&users->rows);
	strvec_reset(&users->pins);
	strvec_reset(&users->drafts);
	for (size_t i = 0; i < users->count; i++) {
		free(users->looked[i].folder);
		strvec_reset(&users->looked[i].elsewhere);
	}
	free(users->looked);
	*users = (struct gc_users){ 0 };
}

/* The pin file that chooses in FOLDER, as selection has it: of several in one folder, and of a
 * project's range and a pin above it, only one counts. Owned by the caller; NULL. */
static char *
pin_of(const struct choice *choice, const char *folder)
{
	struct selection_input in = choice->input;
	struct selection s;

	in.dir = folder;
	in.dir_too = NULL;
	if (!selection_find_pin(&in, &s) && !selection_find_project(&in, &s))
		return NULL;
	return s.pin.status == PIN_READ ? mem_strdup(s.pin_path) : NULL;
}

/* What the registry knows is needed already, and by the name that it has there. */
static void
known_pins(const struct context *ctx, const struct store *store, struct strvec *ret)
{
	cleanup_strvec struct strvec paths = { 0 };

	registry_pins(store, &paths, out_events(ctx->out));
	for (size_t i = 0; i < paths.count; i++) {
		char *real = realpath(paths.items[i], NULL);

		if (real)
			strvec_take(ret, real);
	}
}

/* The pins of FOUND, and what is asked for in FOLDER itself. How many there are. */
static size_t
add_pins(const struct context *ctx, const struct store *store, const char *folder,
	 const struct scan_found *found, struct strvec *ret)
{
	cleanup_choice struct choice choice = CHOICE_INIT;
	cleanup_strvec struct strvec known = { 0 };
	cleanup_strvec struct strvec seen = { 0 };
	char *top;

	choice_make(ctx->layout, ctx->policy, NULL, &choice);
	top = pin_of(&choice, folder);
	if (top)
		strvec_take(&seen, top);
	for (size_t i = 0; i < found->pinned.count; i++) {
		char *pin = pin_of(&choice, found->pinned.items[i]);

		if (pin)
			strvec_take(&seen, pin);
	}
	strvec_sort(&seen);
	strvec_unique(&seen);
	known_pins(ctx, store, &known);
	for (size_t i = 0; i < seen.count; i++)
		if (!strvec_has(&known, seen.items[i]) && !strvec_has(ret, seen.items[i]))
			strvec_add(ret, seen.items[i]);
	return seen.count;
}

int
gc_look(const struct context *ctx, const struct store *store, const char *folder,
	struct gc_users *users, struct err *err)
{
	cleanup_scan_found struct scan_found found = { 0 };
	cleanup_free char *root = realpath(ctx->layout->root, NULL);
	cleanup_free char *real = realpath(folder, NULL);
	struct gc_looked *looked;

	if (!real)
		real = mem_strdup(folder);
	if (scan(real, root, &found, err) < 0)
		return -1;
	for (size_t i = 0; i < found.envs.count; i++)
		venvs_add(store, found.envs.items[i], &users->rows);
	strvec_add_all(&users->drafts, found.drafts.items);
	users->looked = vec_grow(users->looked, users->count, sizeof(*users->looked));
	looked = &users->looked[users->count++];
	*looked = (struct gc_looked){ .folders = found.folders,
				      .envs = found.envs.count,
				      .unread = found.unread };
	looked->pins = add_pins(ctx, store, real, &found, &users->pins);
	looked->folder = steal_ptr(&real);
	strvec_add_all(&looked->elsewhere, found.elsewhere.items);
	return 0;
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* Not those that were looked through for their own sake. */
static void
show_elsewhere(const struct context *ctx, const struct gc_users *users)
{
	cleanup_strvec struct strvec left = { 0 };
	cleanup_free char *text = NULL;

	for (size_t i = 0; i < users->count; i++) {
		const struct strvec *elsewhere = &users->looked[i].elsewhere;

		for (size_t k = 0; k < elsewhere->count; k++) {
			bool seen = false;

			for (size_t j = 0; j < users->count; j++)
				seen |= strcmp(users->looked[j].folder, elsewhere->items[k]) == 0;
			if (!seen)
				strvec_take(&left, layout_show(ctx->layout, elsewhere->items[k]));
		}
	}
	if (!left.count)
		return;
	strvec_sort(&left);
	strvec_unique(&left);
	text = strvec_join(&left, ", ");
	out_fact(ctx->out, '!', "looked", "not in %s: %s (--scan looks there, too)", text,
		 left.count == 1 ? "another file system" : "other file systems");
}

void
gc_looked_show(const struct context *ctx, const struct gc_users *users)
{
	if (!users->count)
		out_fact(ctx->out, '=', "looked",
			 "nowhere (--no-scan): only environments and pins that pyvern knows count");
	for (size_t i = 0; i < users->count; i++) {
		const struct gc_looked *looked = &users->looked[i];
		cleanup_free char *shown = layout_show(ctx->layout, looked->folder);

		out_fact(ctx->out, '=', "looked",
			 "in %zu folder%s of %s: %zu environment%s, %zu pin%s", looked->folders,
			 plural(looked->folders), shown, looked->envs, plural(looked->envs),
			 looked->pins, plural(looked->pins));
		if (looked->unread)
			out_note(ctx->out,
				 "%zu folder%s below %s may not be read: nobody knows what needs "
				 "a version there",
				 looked->unread, plural(looked->unread), shown);
	}
	show_elsewhere(ctx, users);
}

void
gc_looked_json(struct out *out, const struct gc_users *users)
{
	out_json_array(out, "looked");
	for (size_t i = 0; i < users->count; i++) {
		const struct gc_looked *looked = &users->looked[i];

		out_json_object(out, NULL);
		out_json_text(out, "folder", looked->folder);
		out_json_number(out, "folders", (int64_t)looked->folders);
		out_json_number(out, "environments", (int64_t)looked->envs);
		out_json_number(out, "pins", (int64_t)looked->pins);
		out_json_number(out, "unread", (int64_t)looked->unread);
		out_json_array(out, "elsewhere");
		for (size_t k = 0; k < looked->elsewhere.count; k++)
			out_json_text(out, NULL, looked->elsewhere.items[k]);
		out_json_close(out);
		out_json_close(out);
	}
	out_json_close(out);
}
