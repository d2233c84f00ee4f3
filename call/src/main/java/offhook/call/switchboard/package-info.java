/**
 * Everything that one media loop owns: its SIP users, their calls, and the demultiplexing of what arrives for them.
 * Sans-IO like all of the core: the media loop and the simulator drive the same object.
 */
package offhook.call.switchboard;
