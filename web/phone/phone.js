import "../sdk/offhook.js";
