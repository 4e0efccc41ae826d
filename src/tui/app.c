#include "ipctop/tui/app.h"

int app_run(const struct app_options *options)
{
	(void)options;
	return 2;
}
