/** Runs beside rivals: starts them, puts the same load on each, and prints what it costs them. */
package offhook.bench;
