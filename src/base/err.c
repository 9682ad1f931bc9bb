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
} codes[] = { [ERR_NONE] = { "none", 0, 0, NULL },
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

/* libc's texts begin with a capital, and some need knowing the man page. */
static const struct {
	int sys;
	const char *text;
} sys_texts[] = {
	{ ENOSPC, "the disk is full" },
	{ EDQUOT, "your disk quota is used up" },
	{ EROFS, "it is on a read-only file system" },
	{ EACCES, "permission denied" },
	{ EPERM, "permission denied" },
	{ ENOENT, "no such file or directory" },
	{ EMFILE, "too many open files" },
	{ ENFILE, "too many open files" },
	{ EEXIST, "it exists already" },
	{ ENOTDIR, "not a folder" },
	{ EISDIR, "it is a folder" },
	{ ENOTEMPTY, "the folder is not empty" },
	{ ELOOP, "a link, or links that go round" },
	{ ENAMETOOLONG, "the name is too long" },
	{ EXDEV, "it is on another file system" },
	{ EBUSY, "it is in use" },
	{ ETXTBSY, "the program is running" },
	{ ENOEXEC, "it is no program of this system" },
	{ EFBIG, "the file would be too large" },
	{ EMLINK, "too many links" },
	{ EIO, "the disk has an error" },
	{ ENXIO, "no such device" },
	{ ENODEV, "no such device" },
	{ EINVAL, "invalid argument" },
	{ EAGAIN, "not available just now" },
	{ EINTR, "interrupted" },
	{ ENOMEM, "out of memory" },
	{ E2BIG, "too many arguments" },
	{ EPIPE, "the reader is gone" },
	{ EBADF, "it is not open" },
	{ ENOSYS, "this system cannot do that" },
	{ EOPNOTSUPP, "this system cannot do that" },
	{ ETIMEDOUT, "connection timed out" },
	{ ECONNREFUSED, "connection refused" },
	{ ECONNRESET, "connection reset" },
	{ ENETUNREACH, "the network cannot be reached" },
	{ EHOSTUNREACH, "no way to the host" },
};

const char *
err_errno_text(int sys)
{
	for (size_t i = 0; i < sizeof(sys_texts) / sizeof(*sys_texts); i++)
		if (sys_texts[i].sys == sys)
			return sys_texts[i].text;
	return strerror(sys);
}
