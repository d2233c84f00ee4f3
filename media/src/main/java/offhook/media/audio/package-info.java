/** Samples: G.711, tones made and tones found. */
package offhook.media.audio;
