/* SPDX-License-Identifier: MIT */
/* A series whose alias moves: who follows it, who stays, and whether they start. */
#include <config.h>

#include "cmd/series.h"

#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "base/shell.h"
#include "core/pinfile.h"
#include "core/shims.h"
#include "venv/cfg.h"
#include "venv/rebind.h"
#include "venv/trial.h"

void
series_reset(struct series *s)
{
	free(s->alias);
	free(s->from);
	free(s->to);
	strvec_reset(&s->follow);
	strvec_reset(&s->stay);
	strvec_reset(&s->pins);
	venv_rows_reset(&s->rows);
	*s = (struct series){ 0 };
}

static bool
follows(const struct series *s, const struct venv_row *row)
{
	return row->follows && strcmp(row->follows, s->alias) == 0;
}

/* Does the pin file at PATH, relative to FOLDER (AT_FDCWD: absolute), name just FROM? */
static bool
names_it(const struct series *s, int folder, const char *path)
{
	struct pin pin;

	pinfile_read(folder, path, pinfile_dialect(path_base(path), s->ctx->policy->reads_all_pins),
		     &pin);
	for (size_t i = 0; pin.status == PIN_READ && i < pin.count; i++)
		if (str_eq_text(pin.words[i].text, s->from))
			return true;
	return false;
}

static void
find_pins(struct series *s)
{
	cleanup_strvec struct strvec pins = { 0 };

	if (names_it(s, s->store->root.fd, LAYOUT_GLOBAL))
		strvec_add(&s->pins, "global");
	registry_pins(s->store, &pins, out_events(s->ctx->out));
	for (size_t i = 0; i < pins.count; i++)
		if (names_it(s, AT_FDCWD, pins.items[i]))
			strvec_take(&s->pins, layout_show(s->ctx->layout, pins.items[i]));
}

static int
find_users(struct series *s, struct err *err)
{
	if (venvs_collect(s->ctx, s->store, &s->rows, err) < 0)
		return -1;
	for (size_t i = 0; i < s->rows.count; i++) {
		const struct venv_row *row = &s->rows.items[i];
		const char *on = row->is_away ? row->python : row->version;
		cleanup_free char *shown =
			row->name ? mem_strdup(row->name) : layout_show(s->ctx->layout, row->path);

		if (follows(s, row))
			strvec_add(&s->follow, shown);
		else if (on && strcmp(on, s->from) == 0)
			strvec_add(&s->stay, shown);
	}
	find_pins(s);
	return 0;
}

static int
no_alias(const struct context *ctx, const char *word, struct err *err)
{
	cleanup_free char *text = shell_word(word);

	if (ctx->policy->keeps_aliases) {
		err_set(err, ERR_FAILED, "no alias that pyvern keeps leads to %s", word);
		return err_detail(err, "to fix", "pyvern install VERSION, and pins of your own");
	}
	err_set(err, ERR_FAILED, "this root is pyenv's: no alias in it leads to the newest %s",
		word);
	return err_detail(err, "to fix", "pyvern install %s, or pyvern config set face pyvern",
			  text);
}

/* Somebody decided where the alias leads, and was killed before it did. */
static int
finish_begun(struct series *s, struct err *err)
{
	cleanup_strvec struct strvec wrong = { 0 };

	if (store_check_aliases(s->store, &wrong, err) < 0)
		return -1;
	if (!strvec_has(&wrong, s->alias))
		return 0;
	if (store_refresh_aliases(s->store, err) < 0)
		return -1;
	s->to = store_find(s->store, s->alias);
	return 0;
}

int
series_find(const struct context *ctx, const struct store *store, const char *word,
	    struct series *s, struct err *err)
{
	cleanup_free char *name = store_find(store, word);
	char alias[VERSION_NAME_MAX + 1];
	struct version version;

	*s = (struct series){ .ctx = ctx, .store = store };
	if (!name) {
		cleanup_free char *text = shell_word(word);

		err_set(err, ERR_NOT_INSTALLED, "no %s is installed", word);
		return err_detail(err, "to fix", "pyvern install %s", text);
	}
	if (!ctx->policy->keeps_aliases || !version_parse(str_from(name), &version) ||
	    !version_alias_name(&version, alias) || !store_is_alias(store, alias))
		return no_alias(ctx, word, err);
	s->alias = mem_strdup(alias);
	s->from = store_find(store, alias);
	if (!s->from)
		return no_alias(ctx, word, err);
	return finish_begun(s, err) < 0 ? -1 : find_users(s, err);
}

static bool
is_trusted(const struct venv_row *row)
{
	return row->name || row->is_ours;
}

int
series_try(struct series *s, struct err *err)
{
	s->started = 0;
	s->untried = 0;
	for (size_t i = 0; i < s->rows.count; i++) {
		const struct venv_row *row = &s->rows.items[i];

		/* One that is broken was so before. */
		if (!follows(s, row) || row->is_away || row->look.problem)
			continue;
		if (!is_trusted(row)) {
			s->untried++;
			continue;
		}
		if (env_trial(s->store, row->folder, s->to, err) < 0) {
			cleanup_free char *shown = layout_show(s->ctx->layout, row->path);

			return err_wrap(err, "%s does not start on %s", shown, s->to);
		}
		s->started++;
	}
	return 0;
}

/* What PATH's pyvenv.cfg says of its Python: tools read it. */
static int
tell_env(const struct series *s, const struct facts *facts, const char *folder, struct err *err)
{
	cleanup_free char *prefix = store_path(s->store, s->alias);
	cleanup_free char *python = path_join(prefix, facts->executable, NULL);
	struct str home = path_dir(python);
	cleanup_rebind_plan struct rebind_plan plan = {
		.version = mem_strdup(facts->version),
		.follows = mem_strdup(s->alias),
		.home = mem_strndup(home.p, home.n),
		.executable = realpath(python, NULL),
	};
	cleanup_dirfd struct dir tree = DIR_INIT;

	plan.python = steal_ptr(&python);
	if (!plan.executable || fs_open_dir(folder, &tree, err) < 0)
		return plan.executable ? -1 : err_sys(err, "%s", plan.python);
	return fs_exists_at(&tree, CFG_NAME) ? rebind(&tree, &plan, err) : 0;
}

/* The alias leads there already: what fails here is only worth a warning. */
static void
tell_envs(const struct series *s)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err why = { 0 };

	if (facts_read(s->store, s->to, &facts, &why) < 0)
		return;
	for (size_t i = 0; i < s->rows.count; i++) {
		const struct venv_row *row = &s->rows.items[i];
		cleanup_err struct err failed = { 0 };

		if (!follows(s, row) || row->is_away || row->look.problem || !is_trusted(row))
			continue;
		if (tell_env(s, &facts, row->folder, &failed) < 0)
			event_warning(out_events(s->ctx->out), s->alias, "%s: %s", row->path,
				      failed.message);
		else
			registry_rebound(s->store, row->real, out_events(s->ctx->out));
	}
}

int
series_switch(const struct series *s, struct err *err)
{
	if (store_switch_alias(s->store, s->alias, s->to, err) < 0)
		return err_wrap(err, "cannot have %s lead to %s", s->alias, s->to);
	tell_envs(s);
	shims_refresh(s->ctx->layout);
	return 0;
}

bool
series_is_newer(const char *a, const char *b)
{
	struct version x;
	struct version y;

	return version_parse(str_from(a), &x) && version_parse(str_from(b), &y) &&
	       version_compare(&x, &y) > 0;
}

char *
series_started_text(const struct series *s)
{
	if (s->started == 0)
		return mem_strdup("");
	return mem_printf("%zu environment%s", s->started, s->started == 1 ? " starts" : "s start");
}

void
series_show_users(const struct series *s)
{
	cleanup_free char *follow = strvec_join(&s->follow, ", ");
	cleanup_free char *stay = strvec_join(&s->stay, ", ");
	cleanup_free char *pins = strvec_join(&s->pins, ", ");

	if (*follow)
		out_detail(s->ctx->out, "follow", "%s", follow);
	if (s->untried)
		out_detail(s->ctx->out, "untried", "%zu of them: what is not trusted is not run",
			   s->untried);
	if (*stay)
		out_detail(s->ctx->out, "stay", "%s (made for %s)", stay, s->from);
	if (*pins)
		out_detail(s->ctx->out, "pins", "%s still name%s %s", pins,
			   s->pins.count == 1 ? "s" : "", s->from);
}

/* The version whose folder the named environment ROW is in, if it follows and that is not TO.
 * Owned by the caller (free); NULL. */
static char *
inside_of(const struct series *s, const struct venv_row *row)
{
	const char *versions = s->store->versions.path;
	const char *to = s->to ? s->to : s->from;
	struct str rest;
	struct str version;

	if (!row->name || !follows(s, row) || !path_is_below(row->folder, versions))
		return NULL;
	rest = str_skip(str_from(row->folder), strlen(versions) + 1);
	version = (struct str){ rest.p, str_find(rest, '/') };
	/* versions/NAME itself is in no version. */
	return version.n == rest.n || str_eq_text(version, to) ? NULL
							       : mem_strndup(version.p, version.n);
}

void
series_show_inside(const struct series *s)
{
	for (size_t i = 0; i < s->rows.count; i++) {
		cleanup_free char *version = inside_of(s, &s->rows.items[i]);
		cleanup_free char *name = version ? shell_word(s->rows.items[i].name) : NULL;

		if (version)
			out_detail(s->ctx->out, "inside",
				   "the folder of %s is in %s still: pyvern venvs move %s %s",
				   s->rows.items[i].name, version, name, s->alias);
	}
}

static void
json_list(struct out *out, const char *key, const struct strvec *texts)
{
	out_json_array(out, key);
	for (size_t i = 0; i < texts->count; i++)
		out_json_text(out, NULL, texts->items[i]);
	out_json_close(out);
}

void
series_json_users(const struct series *s)
{
	struct out *out = s->ctx->out;
	cleanup_strvec struct strvec inside = { 0 };

	for (size_t i = 0; i < s->rows.count; i++) {
		cleanup_free char *version = inside_of(s, &s->rows.items[i]);

		if (version)
			strvec_add(&inside, s->rows.items[i].name);
	}
	out_json_text(out, "series", s->alias);
	out_json_text(out, "from", s->from);
	out_json_text(out, "to", s->to);
	json_list(out, "follow", &s->follow);
	json_list(out, "stay", &s->stay);
	json_list(out, "inside", &inside);
	json_list(out, "pins", &s->pins);
	out_json_number(out, "started", (int64_t)s->started);
	out_json_number(out, "untried", (int64_t)s->untried);
}
