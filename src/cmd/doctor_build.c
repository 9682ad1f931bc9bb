/* SPDX-License-Identifier: MIT */
/* doctor: can Pythons be built here? */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "cmd/doctor.h"
#include "core/toolchain.h"

struct build {
	struct doctor *d;
	enum package_manager packages;
	const char *who_has; /* "Pythons built here have" */
	struct version version;
	struct buf found; /* names of what is there */
	/* What is not, of one kind. */
	const struct toolchain_part *missing[TOOLCHAIN_PARTS_MAX];
	enum toolchain_state states[TOOLCHAIN_PARTS_MAX];
	size_t count;
};

/* Is it told how to be called? */
static bool
has_flags(void)
{
	static const char *const names[] = { "CC", "CPPFLAGS", "CFLAGS", "LDFLAGS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return true;
	}
	return false;
}

static void
tell_compiler(struct build *b, const struct err *why)
{
	const struct toolchain_part *const part = &toolchain_compiler;
	cleanup_free char *fix = toolchain_fix(b->packages, &part, 1);

	doctor_tell(b->d, DOCTOR_PROBLEM, "compiler", "%s: nothing can be built", why->message);
	for (size_t i = 0; i < why->detail_count; i++)
		if (strcmp(why->details[i].label, "because") == 0)
			doctor_because(b->d, "%s", why->details[i].text);
	if (has_flags())
		doctor_fix(b->d, "env -u CC -u CPPFLAGS -u CFLAGS -u LDFLAGS pyvern doctor -c "
				 "tells whether it is one of them");
	else if (fix)
		doctor_fix(b->d, "%s", fix);
	else
		doctor_fix(b->d, "install a C compiler, or set CC");
}

/* Those that are needed, or the others. One command brings them all. */
static void
tell_missing(struct build *b, bool needed)
{
	const struct toolchain_part *parts[TOOLCHAIN_PARTS_MAX];
	size_t count = 0;
	cleanup_free char *fix = NULL;

	for (size_t i = 0; i < b->count; i++)
		if (b->missing[i]->is_needed == needed)
			parts[count++] = b->missing[i];
	fix = count ? toolchain_fix(b->packages, parts, count) : NULL;
	for (size_t i = 0; i < b->count; i++) {
		const struct toolchain_part *part = b->missing[i];

		if (part->is_needed != needed)
			continue;
		doctor_tell(b->d, needed ? DOCTOR_PROBLEM : DOCTOR_NOTE, part->name,
			    b->states[i] == TOOLCHAIN_NO_HEADER
				    ? "the header %s is not there: %s no %s"
				    : "%s is there, and its library is not: %s no %s",
			    part->header, b->who_has, part->without);
		if (fix)
			doctor_fix(b->d, "%s", fix);
		else
			doctor_fix(b->d,
				   "install what your system calls the development files "
				   "of %s",
				   part->name);
	}
}

static int
try_parts(struct build *b, const struct toolchain *toolchain, struct err *err)
{
	enum toolchain_state states[TOOLCHAIN_PARTS_MAX];

	if (toolchain_try_all(toolchain, states, err) < 0)
		return -1;
	for (size_t i = 0; toolchain_parts[i].name; i++) {
		if (b->d->version && !toolchain_is_used(&toolchain_parts[i], &b->version))
			continue;
		if (states[i] == TOOLCHAIN_FINE) {
			buf_printf(&b->found, " %s", toolchain_parts[i].name);
			continue;
		}
		b->states[b->count] = states[i];
		b->missing[b->count++] = &toolchain_parts[i];
	}
	return 0;
}

int
doctor_build(struct doctor *d, struct err *err)
{
	cleanup_free char *shims = path_join(d->ctx->layout->root, LAYOUT_SHIMS, NULL);
	cleanup_toolchain struct toolchain toolchain = { 0 };
	cleanup_err struct err why = { 0 };
	struct build b = { .d = d,
			   .packages = toolchain_packages(),
			   .found = BUF_INIT(BUF_TEXT_MAX) };
	cleanup_free char *who_has = d->version ? mem_printf("a %s built here has", d->version)
						: mem_strdup("Pythons built here have");
	int result;

	b.who_has = who_has;
	if (d->version)
		(void)version_parse(str_from(d->version), &b.version);
	if (toolchain_open(shims, out_events(d->ctx->out), &toolchain, &why) < 0) {
		if (why.code == ERR_INTERRUPTED)
			return err_set(err, ERR_INTERRUPTED, "%s", why.message);
		tell_compiler(&b, &why);
		return 0;
	}
	result = try_parts(&b, &toolchain, err);
	if (result == 0) {
		doctor_tell(d, DOCTOR_FINE, "build", "%s makes programs%s%s", toolchain.compiler,
			    b.found.len ? ", with" : "", buf_text(&b.found));
		tell_missing(&b, true);
		tell_missing(&b, false);
	}
	buf_reset(&b.found);
	return result;
}
