/* SPDX-License-Identifier: MIT */
/* The error object: what failed, why, and what to try. */
#include <config.h>

#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const struct {
	const char *name;
	int status;
	int pyenv_status;
	const char *fix;
} codes[] = {
	[ERR_NONE] = { "none", 0, 0, NULL },
#define X(code, name, status, pyenv_status, fix) [code] = { name, status, pyenv_status, fix },
	ERR_CODES(X)
#undef X
};

static void
set_message(struct err *err, enum err_code code, int sys, char *message)
{
	assert(!err->message);
	err->code = code;
	err->sys = sys;
	err->message = message;
}

int
err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set_message(err, code, 0, mem_vprintf(fmt, args));
	va_end(args);
	return -1;
}

int
err_sys(struct err *err, const char *fmt, ...)
{
	int sys = errno;
	cleanup_free char *what = NULL;
	va_list args;

	va_start(args, fmt);
	what = mem_vprintf(fmt, args);
	va_end(args);
	set_message(err, ERR_FAILED, sys, mem_printf("%s: %s", what, err_errno_text(sys)));
	return -1;
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	cleanup_free char *context = NULL;
	cleanup_free char *old = NULL;
	va_list args;

	assert(err->message);
	va_start(args, fmt);
	context = mem_vprintf(fmt, args);
	va_end(args);
	old = err->message;
	err->message = mem_printf("%s: %s", context, old);
	return -1;
}

int
err_detail(struct err *err, const char *label, const char *fmt, ...)
{
	struct err_detail *detail;
	va_list args;

	assert(err->message);
	err->details = mem_resize(err->details, err->detail_count + 1, sizeof(*err->details));
	detail = &err->details[err->detail_count++];
	detail->label = mem_strdup(label);
	va_start(args, fmt);
	detail->text = mem_vprintf(fmt, args);
	va_end(args);
	return -1;
}

int
err_pyenv(struct err *err, const char *fmt, ...)
{
	cleanup_free char *before = err->pyenv;
	cleanup_free char *line = NULL;
	va_list args;

	assert(err->message);
	va_start(args, fmt);
	line = mem_vprintf(fmt, args);
	va_end(args);
	err->pyenv = mem_printf("%s%s\n", before ? before : "", line);
	return -1;
}

int
err_pyenv_nothing(struct err *err)
{
	free(err->pyenv);
	err->pyenv = mem_strdup("");
	return -1;
}

bool
err_has_detail(const struct err *err, const char *label)
{
	for (size_t i = 0; i < err->detail_count; i++)
		if (strcmp(err->details[i].label, label) == 0)
			return true;
	return false;
}

void
err_reset(struct err *err)
{
	for (size_t i = 0; i < err->detail_count; i++) {
		free(err->details[i].label);
		free(err->details[i].text);
	}
	free(err->details);
	free(err->message);
	free(err->pyenv);
	*err = (struct err){ 0 };
}

int
err_status(enum err_code code)
{
	return codes[code].status;
}

int
err_pyenv_status(enum err_code code)
{
	return codes[code].pyenv_status;
}

const char *
err_code_name(enum err_code code)
{
	return codes[code].name;
}

const char *
err_code_fix(enum err_code code)
{
	return codes[code].fix;
}

const char *
err_errno_text(int sys)
{
	switch (sys) {
	case ENOSPC:
		return "the disk is full";
	case EDQUOT:
		return "your disk quota is used up";
	case EROFS:
		return "it is on a read-only file system";
	case EACCES:
	case EPERM:
		return "permission denied";
	case ENOENT:
		return "no such file or directory";
	case EMFILE:
	case ENFILE:
		return "too many open files";
	default:
		return strerror(sys);
	}
}
