/* SPDX-License-Identifier: MIT */
/* Fuzz target: pyvenv.cfg. What is written of it is read again the same. */
#include <config.h>

#include "base/shell.h"
#include "core/registered.h"
#include "ground.h"
#include "venv/cfg.h"
#include "venv/rebind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Can VALUE be written: blanks around it are not its own? */
static bool
is_value(const char *value)
{
	struct str s = str_from(value);

	return !value || (s.n && str_trim(s).n == s.n && shell_text_ok(value));
}

static void
check_again(const struct cfg *cfg)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_cfg struct cfg again = { 0 };
	cleanup_err struct err err = { 0 };

	if (!cfg->version || !is_value(cfg->home) || !is_value(cfg->version) ||
	    !is_value(cfg->executable) || !is_value(cfg->command) ||
	    (cfg->prompt && !shell_text_ok(cfg->prompt)))
		return;
	cfg_write(cfg, &text);
	ground_write(ground(), "pyvenv.cfg", buf_str(&text));
	if (text.overflowed || cfg_read(ground(), &again, &err) < 0)
		return;
	must(same(cfg->home, again.home) && same(cfg->version, again.version));
	must(same(cfg->prompt, again.prompt) && same(cfg->id, again.id));
	must(same(cfg->executable, again.executable) && same(cfg->command, again.command));
	must(cfg->system_site_packages == again.system_site_packages);
	must(cfg->relocatable == again.relocatable);
}

/* One that is bound to another Python names that one, and has its other lines still. */
static void
check_rebind(struct str text, const struct cfg *cfg)
{
	char version[] = "3.13.6";
	char home[] = "/r/versions/3.13.6/bin";
	char python[] = "/r/versions/3.13.6/bin/python3.13";
	const struct rebind_plan plan = {
		.version = version, .home = home, .python = python, .executable = python
	};
	cleanup_buf struct buf bound = BUF_INIT(BUF_TEXT_MAX);
	cleanup_cfg struct cfg after = { 0 };
	cleanup_err struct err err = { 0 };

	rebind_cfg(text, &plan, &bound);
	ground_write(ground(), "pyvenv.cfg", buf_str(&bound));
	if (bound.overflowed || cfg_read(ground(), &after, &err) < 0)
		return;
	must(same(after.home, home) && same(after.prompt, cfg->prompt));
	must(same(after.id, cfg->id) && after.relocatable == cfg->relocatable);
	must(after.system_site_packages == cfg->system_site_packages);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	cleanup_cfg struct cfg cfg = { 0 };
	cleanup_err struct err err = { 0 };
	struct str id = registered_id_of(text);

	must(id.n == 0 || (id.p >= text.p && id.p + id.n <= text.p + text.n));
	ground_write(ground(), "pyvenv.cfg", text);
	if (cfg_read(ground(), &cfg, &err) < 0)
		return 0;
	check_again(&cfg);
	check_rebind(text, &cfg);
	return 0;
}
