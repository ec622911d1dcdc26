package doctor

// Unseen are the sections of the documentation that no check can find from here, and why.
var Unseen = map[string]string{
	"known-issues.md#crossplane-listens-on-every-address": "It is a property of Crossplane, and no state of a " +
		"claim: " +
		"it is always so.",
	"troubleshooting.md#kubectl-apply-is-rejected": "Nothing is in the cluster then; kubectl kasha validate says " +
		"the same " +
		"about the file.",
	"troubleshooting.md#redirects-without-end-http-links-or-cookies-without-secure": "Only the application's " +
		"answers " +
		"show it.",
	"troubleshooting.md#403-on-an-upload-a-webhook-a-sign-in-or-when-an-article-is-saved": "Only the firewall's " +
		"logs show " +
		"it, which a claim may not have.",
	"troubleshooting.md#504-after-30-seconds-or-a-502-now-and-then": "Only the application's answers show it.",
}
