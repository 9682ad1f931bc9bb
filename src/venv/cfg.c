/* SPDX-License-Identifier: MIT */
/* pyvenv.cfg: what makes a folder a virtual environment. */
#include <config.h>

#include "venv/cfg.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "core/registered.h"

/* 64 KiB: the file has ten lines. */
#define CFG_MAX ((size_t)64 * 1024)

void
cfg_reset(struct cfg *cfg)
{
	free(cfg->home);
	free(cfg->version);
	free(cfg->prompt);
	free(cfg->executable);
	free(cfg->command);
	free(cfg->id);
	*cfg = (struct cfg){ 0 };
}

static void
set_text(char **field, struct str value)
{
	free(*field);
	*field = mem_strndup(value.p, value.n);
}

static bool
key_is(struct str key, const char *name)
{
	return key.n == strlen(name) && strncasecmp(key.p, name, key.n) == 0;
}

/* `version_info = 3.12.1.final.0` (virtualenv, uv): the numbers alone. */
static struct str
numbers_of(struct str value)
{
	size_t n = 0;

	while (n < value.n && (str_is_digit(value.p[n]) || value.p[n] == '.'))
		n++;
	while (n > 0 && value.p[n - 1] == '.')
		n--;
	return (struct str){ value.p, n };
}

/* A prompt is written as Python's repr or in double quotes, or as it is. */
static void
set_prompt(struct cfg *cfg, struct str value)
{
	struct buf b = BUF_INIT(CFG_MAX);
	bool quoted = value.n >= 2 && (*value.p == '\'' || *value.p == '"') &&
		      value.p[value.n - 1] == *value.p;

	if (!quoted) {
		set_text(&cfg->prompt, value);
		return;
	}
	for (size_t i = 1; i + 1 < value.n; i++) {
		if (value.p[i] == '\\' && i + 2 < value.n)
			i++;
		buf_add_char(&b, value.p[i]);
	}
	free(cfg->prompt);
	cfg->prompt = mem_strdup(buf_text(&b));
	buf_reset(&b);
}

static void
take_line(struct cfg *cfg, struct str line)
{
	size_t equals = str_find(line, '=');
	struct str key = str_trim((struct str){ line.p, equals });
	struct str value = str_trim(str_skip(line, equals + 1));

	if (equals == line.n)
		return;
	if (key_is(key, "home"))
		set_text(&cfg->home, value);
	else if (key_is(key, "version"))
		set_text(&cfg->version, value);
	else if (key_is(key, "version_info") && !cfg->version)
		set_text(&cfg->version, numbers_of(value));
	else if (key_is(key, "prompt"))
		set_prompt(cfg, value);
	else if (key_is(key, "executable"))
		set_text(&cfg->executable, value);
	else if (key_is(key, "command"))
		set_text(&cfg->command, value);
	else if (key_is(key, "include-system-site-packages"))
		cfg->system_site_packages = key_is(value, "true");
	else if (key_is(key, "relocatable"))
		cfg->relocatable = key_is(value, "true");
}

int
cfg_read(const struct dir *env, struct cfg *ret_cfg, struct err *err)
{
	cleanup_buf struct buf text = BUF_INIT(CFG_MAX);
	cleanup_cfg struct cfg cfg = { 0 };
	struct str rest;
	struct str line;

	if (fs_read_file(env, CFG_NAME, &text, err) < 0)
		return -1;
	rest = buf_str(&text);
	while (str_line(&rest, &line))
		take_line(&cfg, line);
	if (!cfg.home)
		return err_set(err, ERR_FAILED, "%s/%s has no home", env->path, CFG_NAME);
	if (registered_id_of(buf_str(&text)).n)
		set_text(&cfg.id, registered_id_of(buf_str(&text)));
	*ret_cfg = cfg;
	cfg = (struct cfg){ 0 };
	return 0;
}

/* As Python's repr() would: `python -m venv` writes and reads prompts so. */
void
cfg_write_prompt(struct buf *out, const char *text)
{
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';

	buf_add_char(out, quote);
	for (; *text; text++) {
		if (*text == '\\' || *text == quote)
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
	buf_add_char(out, quote);
}

void
cfg_write(const struct cfg *cfg, struct buf *out)
{
	buf_printf(out, "home = %s\n", cfg->home);
	buf_printf(out, "include-system-site-packages = %s\n",
		   cfg->system_site_packages ? "true" : "false");
	buf_printf(out, "version = %s\n", cfg->version);
	if (cfg->version_info)
		buf_printf(out, "version_info = %s\n", cfg->version_info);
	if (cfg->implementation)
		buf_printf(out, "implementation = %s\n", cfg->implementation);
	if (cfg->prompt) {
		buf_add_text(out, "prompt = ");
		cfg_write_prompt(out, cfg->prompt);
		buf_add_char(out, '\n');
	}
	if (cfg->relocatable)
		buf_add_text(out, "relocatable = true\n");
	if (cfg->executable)
		buf_printf(out, "executable = %s\n", cfg->executable);
	if (cfg->command)
		buf_printf(out, "command = %s\n", cfg->command);
	if (cfg->id)
		buf_printf(out, REGISTERED_ID_KEY " = %s\n", cfg->id);
}
