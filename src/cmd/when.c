/* SPDX-License-Identifier: MIT */
/* When something was, as people say it. */
#include <config.h>

#include "cmd/when.h"

#include <time.h>

#include "base/mem.h"

/* Days that are counted; before that, months are named. */
#define DAYS_COUNTED 13

static const char *const months[] = { "January",   "February", "March",	   "April",
				      "May",	   "June",     "July",	   "August",
				      "September", "October",  "November", "December" };

/* Days between the two by the calendar, at noon, where no clock is changed. */
static int64_t
days_between(struct tm then, struct tm now)
{
	then.tm_hour = now.tm_hour = 12;
	then.tm_min = now.tm_min = then.tm_sec = now.tm_sec = 0;
	then.tm_isdst = now.tm_isdst = -1;
	return ((int64_t)mktime(&now) - (int64_t)mktime(&then) + 12L * 60 * 60) / (24L * 60 * 60);
}

char *
when_text(int64_t then, int64_t now)
{
	time_t then_time = (time_t)then;
	time_t now_time = (time_t)now;
	struct tm then_tm;
	struct tm now_tm;
	int64_t days;
	int month_count;

	if (then == 0 || !localtime_r(&then_time, &then_tm) || !localtime_r(&now_time, &now_tm))
		return mem_strdup("-");
	days = days_between(then_tm, now_tm);
	/* A clock that was wrong gives times to come. */
	if (days <= 0)
		return mem_strdup("today");
	if (days == 1)
		return mem_strdup("yesterday");
	if (days <= DAYS_COUNTED)
		return mem_printf("%d days ago", (int)days);
	month_count = (now_tm.tm_year - then_tm.tm_year) * 12 + now_tm.tm_mon - then_tm.tm_mon;
	if (month_count <= 11)
		return mem_printf("in %s", months[then_tm.tm_mon]);
	return mem_printf("in %d", then_tm.tm_year + 1900);
}
