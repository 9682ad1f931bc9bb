/* SPDX-License-Identifier: MIT */
/* Settings: /etc/pyvern/config, the user's, the root's, and the environment. */
#include <config.h>

#include "core/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "core/policy.h"

/* 64 KiB: a settings file is a few lines; more is a mistake. */
#define CONFIG_FILE_MAX ((size_t)64 * 1024)
#define SYSTEM_CONFIG_DIR "/etc/pyvern"

/* Every key here is obeyed by code that exists. */
const struct config_key config_keys[] = {
	{ "face", "pyvern", "whose rules this root follows: pyvern or pyenv" },
	{ "auto_install", "0", "1: install missing versions without asking (use, venv)",
	  CONFIG_SWITCH },
	{ "mirror", NULL, "where to ask first: folders or FROM=TO rewrites, blank-separated" },
	{ "ca_file", NULL, "certificates (PEM) that downloads trust, in place of the system's" },
	{ "catalog_lists", NULL,
	  "lists that update reads, blank-separated, in place of upstreams'; \"none\"" },
	{ "cache", NULL,
	  "a folder for downloads that several roots share (default: each its own)" },
	{ "path_fallback", "0", "1: PATH has the commands that the chosen versions lack",
	  CONFIG_SWITCH },
	{ "jobs", NULL, "compilers at once when a Python is built (default: one per CPU)",
	  CONFIG_NUMBER },
	{ "cpu_level", NULL,
	  "highest CPU level (v1 to v4) of builds to install (default: this CPU's)" },
	{ "require_signature", "0",
	  "1: install nothing but what is signed or attested by who must do that", CONFIG_SWITCH },
	{ "trusted_root", NULL, "keys and certificates that signatures lead to, in place of ours" },
	{ "openpgp_keys", NULL, "a file of OpenPGP keys of older releases' signers, besides ours" },
	{ "attestation_service", NULL,
	  "where attestations of builds are asked for, instead of GitHub" },
	{ 0 },
};

#define KEY_COUNT (sizeof(config_keys) / sizeof(*config_keys) - 1)

struct setting {
	char *value;  /* NULL: nothing set it */
	char *origin; /* variable or file */
};

struct config {
	struct setting settings[KEY_COUNT];
	struct rules *rules;
	struct err rules_failed; /* why they are not known */
};

static size_t
key_index(struct str name)
{
	size_t i = 0;

	while (i < KEY_COUNT && !str_eq_text(name, config_keys[i].name))
		i++;
	return i;
}

static void
set(struct config *config, size_t key, struct str value, const char *origin)
{
	struct setting *s = &config->settings[key];

	free(s->value);
	free(s->origin);
	s->value = mem_strndup(value.p, value.n);
	s->origin = mem_strdup(origin);
}

static const struct {
	const char *word;
	bool on;
} switch_words[] = {
	{ "1", true },	{ "yes", true }, { "true", true },   { "on", true },
	{ "0", false }, { "no", false }, { "false", false }, { "off", false },
};

static bool
read_switch(struct str value, bool *ret_on)
{
	for (size_t i = 0; i < sizeof(switch_words) / sizeof(*switch_words); i++) {
		if (str_eq_text(value, switch_words[i].word)) {
			*ret_on = switch_words[i].on;
			return true;
		}
	}
	return false;
}

/* What VALUE should be and is not; NULL when it is of KEY's kind. */
static const char *
wrong_kind(size_t key, struct str value)
{
	uint64_t number;
	bool on;

	switch (config_keys[key].kind) {
	case CONFIG_SWITCH:
		return read_switch(value, &on) ? NULL : "1 or 0";
	case CONFIG_NUMBER:
		return str_u64(value, 1, CONFIG_NUMBER_MAX, &number) ? NULL : "a number, 1 to 1024";
	case CONFIG_TEXT:
		break;
	}
	return NULL;
}

/* Take "key = value" apart; false for blank lines and comments. A line without
 * "=" gives an empty key. */
static bool
parse_line(struct str line, struct str *ret_key, struct str *ret_value)
{
	size_t equals;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return false;
	equals = str_find(line, '=');
	*ret_key = equals < line.n ? str_trim((struct str){ line.p, equals }) : (struct str){ 0 };
	*ret_value = str_trim(str_skip(line, equals + 1));
	return true;
}

static void
read_lines(struct config *config, struct str text, const char *path, const struct events *events)
{
	struct str line;
	struct str key;
	struct str value;

	for (unsigned number = 1; str_line(&text, &line); number++) {
		size_t i;

		if (!parse_line(line, &key, &value))
			continue;
		i = key_index(key);
		/* A face is a property of the root and has its own file, because
		 * shims read nothing else. */
		if (key.n == 0)
			event_warning(events, NULL, "%s:%u: not `key = value`", path, number);
		else if (i == KEY_COUNT)
			event_warning(events, NULL, "%s:%u: there is no setting %.*s", path, number,
				      STR_ARG(key));
		else if (str_eq_text(key, "face"))
			event_warning(events, NULL,
				      "%s:%u: face is set by `pyvern config set face %.*s`", path,
				      number, STR_ARG(value));
		else if (wrong_kind(i, value))
			event_warning(events, NULL, "%s:%u: %.*s is %s, not %.*s", path, number,
				      STR_ARG(key), wrong_kind(i, value), STR_ARG(value));
		else
			set(config, i, value, path);
	}
}

/* Read the file NAME in the folder at PATH, if both exist. Adds what cannot be
 * read to the warnings: settings never stop a command. */
static void
read_file(const char *dir_path, const char *name, struct buf *text, const struct events *events)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_err struct err err = { 0 };

	if (fs_open_dir(dir_path, &dir, &err) < 0 ||
	    (fs_exists_at(&dir, name) && fs_read_file(&dir, name, text, &err) < 0)) {
		if (err.sys != ENOENT && err.sys != ENOTDIR)
			event_warning(events, NULL, "%s", err.message);
		buf_truncate(text, 0);
	}
}

static void
load_file(struct config *config, const char *dir_path, const struct events *events)
{
	cleanup_buf struct buf text = BUF_INIT(CONFIG_FILE_MAX);
	cleanup_free char *path = path_join(dir_path, LAYOUT_CONFIG, NULL);

	read_file(dir_path, LAYOUT_CONFIG, &text, events);
	read_lines(config, buf_str(&text), path, events);
}

static void
load_face(struct config *config, const char *root, const struct events *events)
{
	cleanup_buf struct buf text = BUF_INIT(CONFIG_FILE_MAX);
	cleanup_free char *path = path_join(root, LAYOUT_FACE, NULL);

	read_file(root, LAYOUT_FACE, &text, events);
	/* What policy_of_root() makes of it, so that both say the same. */
	if (text.len)
		set(config, key_index(STR_LIT("face")),
		    str_from(policy_named(buf_str(&text))->name), path);
}

static void
load_variable(struct config *config, size_t key, const struct events *events)
{
	const struct config_key *k = &config_keys[key];
	struct str variable;
	const char *value;
	cleanup_free char *name = NULL;

	/* The face is no variable's: a shim must not change with its caller. */
	if (str_eq_text(str_from(k->name), "face"))
		return;
	name = mem_strdup(k->name);
	for (char *c = name; *c; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	value = layout_env(name, &variable);
	if (value && wrong_kind(key, str_from(value))) {
		event_warning(events, NULL, "%.*s is %s, not %s", STR_ARG(variable),
			      wrong_kind(key, str_from(value)), value);
	} else if (value) {
		cleanup_free char *origin = mem_strndup(variable.p, variable.n);

		set(config, key, str_from(value), origin);
	}
}

/* What is wrong with them is told to who asks: nothing but installing needs them. */
static void
load_rules(struct config *config, const char *user_dir)
{
	cleanup_free char *user = user_dir ? path_join(user_dir, RULES_NAME, NULL) : NULL;

	(void)!rules_load(user, &config->rules, &config->rules_failed);
}

int
config_rules(const struct config *config, const struct rules **ret, struct err *err)
{
	const struct err *failed = &config->rules_failed;

	*ret = config->rules;
	if (failed->code == ERR_NONE)
		return 0;
	(void)err_set(err, failed->code, "%s", failed->message);
	for (size_t i = 0; i < failed->detail_count; i++)
		(void)err_detail(err, failed->details[i].label, "%s", failed->details[i].text);
	return -1;
}

struct config *
config_load(const struct layout *layout, const struct events *events)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	cleanup_free char *user = NULL;
	struct config *config = mem_zalloc(sizeof(*config));

	if (xdg && xdg[0] == '/')
		user = path_join(xdg, "pyvern", NULL);
	else if (layout->home)
		user = path_join(layout->home, ".config/pyvern", NULL);
	load_file(config, SYSTEM_CONFIG_DIR, events);
	if (user)
		load_file(config, user, events);
	load_rules(config, user);
	load_file(config, layout->root, events);
	load_face(config, layout->root, events);
	for (size_t i = 0; i < KEY_COUNT; i++)
		load_variable(config, i, events);
	return config;
}

void
config_free(struct config *config)
{
	for (size_t i = 0; config && i < KEY_COUNT; i++) {
		free(config->settings[i].value);
		free(config->settings[i].origin);
	}
	if (!config)
		return;
	rules_free(config->rules);
	err_reset(&config->rules_failed);
	free(config);
}

const char *
config_get(const struct config *config, const char *key, const char **ret_origin)
{
	size_t i = key_index(str_from(key));
	const struct setting *s = i < KEY_COUNT ? &config->settings[i] : NULL;

	if (ret_origin)
		*ret_origin = s ? s->origin : NULL;
	if (!s)
		return NULL;
	return s->value ? s->value : config_keys[i].fallback;
}

bool
config_is_on(const struct config *config, const char *key)
{
	const char *value = config_get(config, key, NULL);
	bool on = false;

	return value && read_switch(str_from(value), &on) && on;
}

/* TEXT with the first line that sets KEY replaced by KEY = VALUE (its other
 * lines go), added at the end when there is none. VALUE NULL: all lines go. */
static void
edit(struct str text, const char *key, const char *value, struct buf *ret)
{
	struct str line;
	struct str name;
	struct str old;
	bool done = false;

	while (str_line(&text, &line)) {
		if (!parse_line(line, &name, &old) || !str_eq_text(name, key)) {
			buf_add_str(ret, line);
			buf_add_char(ret, '\n');
		} else if (value && !done) {
			buf_printf(ret, "%s = %s\n", key, value);
			done = true;
		}
	}
	if (value && !done)
		buf_printf(ret, "%s = %s\n", key, value);
}

static int
set_face(const struct dir *root, const char *value, struct err *err)
{
	const struct policy *policy;
	bool hooks;

	if (!value)
		value = config_keys[key_index(STR_LIT("face"))].fallback;
	policy = policy_named(str_from(value));
	if (strcmp(policy->name, value) != 0) {
		err_set(err, ERR_USAGE, "there is no face %s: it is pyvern or pyenv", value);
		return err_detail(err, "to fix", "pyvern config set face pyvern");
	}
	(void)policy_of_root_and_hooks(root->fd, &hooks);
	return policy_write(root, policy, hooks, err);
}

/* May VALUE hold a password (https://user:password@host)? */
static bool
is_secret(const char *value)
{
	return value && strstr(value, "://") && strchr(value, '@');
}

int
config_set(const struct layout *layout, const char *key, const char *value, struct err *err)
{
	cleanup_dirfd struct dir root = DIR_INIT;
	cleanup_dirfd struct dir locks = DIR_INIT;
	cleanup_lock struct lock lock = LOCK_INIT;
	cleanup_buf struct buf old = BUF_INIT(CONFIG_FILE_MAX);
	cleanup_buf struct buf new = BUF_INIT(CONFIG_FILE_MAX);
	size_t i = key_index(str_from(key));

	if (i == KEY_COUNT)
		return err_set(err, ERR_USAGE, "there is no setting %s", key);
	for (const char *c = value; c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			return err_set(err, ERR_USAGE, "a setting cannot hold control characters");
	if (value && wrong_kind(i, str_from(value)))
		return err_set(err, ERR_USAGE, "%s is %s, not %s", key,
			       wrong_kind(i, str_from(value)), *value ? value : "\"\"");
	if (layout_prepare_root(layout, "change a setting", &root, err) < 0)
		return -1;
	if (strcmp(key, "face") == 0)
		return set_face(&root, value, err);
	/* Two that change it at once: the second must see what the first made. */
	if (fs_open_dir_at(&root, LAYOUT_LOCKS, &locks, err) < 0 ||
	    fs_lock(&locks, LAYOUT_CONFIG, NULL, NULL, &lock, err) < 0)
		return -1;
	if (fs_exists_at(&root, LAYOUT_CONFIG) && fs_read_file(&root, LAYOUT_CONFIG, &old, err) < 0)
		return -1;
	edit(buf_str(&old), key, value, &new);
	if (buf_check(&new, LAYOUT_CONFIG, err) < 0)
		return -1;
	return fs_update_file(&root, LAYOUT_CONFIG, buf_str(&new), 0644,
			      is_secret(value) ? S_IRUSR | S_IWUSR : 0777, err);
}
