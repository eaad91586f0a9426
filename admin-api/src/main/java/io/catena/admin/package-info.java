/// The admin API: JSON over HTTPS on the console port, for the command line and later the console
/// (decision 0012). Read first: [AdminApi], [Endpoints], then any endpoint. What it says and takes
/// stands in `openapi.json` beside it, against which the tests check every answer.
package io.catena.admin;
