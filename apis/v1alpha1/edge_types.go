package v1alpha1

// Edge is CloudFront and WAF, which receive the viewers' requests.
//
// +kubebuilder:validation:XValidation:rule="!has(self.static) || self.static.paths.all(p, !(has(self.static.frontendPaths) && p in self.static.frontendPaths) && !(has(self.cachedPaths) && p in self.cachedPaths)) && (!has(self.static.frontendPaths) || !has(self.cachedPaths) || self.static.frontendPaths.all(p, !(p in self.cachedPaths)))",message="cannot use these paths: CloudFront takes each pattern once, and one is in two of cachedPaths, static.paths and static.frontendPaths; keep it in one of them",fieldPath=".static.paths"
// +kubebuilder:validation:XValidation:rule="self.origin != 'VPCOrigin' || has(self.domain) == has(oldSelf.domain)",message="cannot turn edge.domain on or off with origin: VPCOrigin: AWS does not change the protocol of a VPC origin that is in use; create a new claim and move the data",fieldPath=".domain"
type Edge struct {
	// Domain is the name that viewers open, with TLS from the viewer to the load
	// balancer. When empty, viewers open CloudFront's own name, and CloudFront uses
	// HTTP to the load balancer. It can be turned on and off without an interruption:
	// the old origin is kept until CloudFront has deployed the new one everywhere,
	// which takes some minutes.
	//
	// +optional
	Domain *Domain `json:"domain,omitempty"`

	// Origin is how CloudFront reaches the frontend's load balancer. PublicALB: over
	// the internet, where only CloudFront's addresses may connect, and only with a
	// header that this claim's distribution sends. VPCOrigin: privately; the load
	// balancer has no public addresses, which also saves their price. AWS does not
	// offer VPC origins in the zone with the ID use1-az3. Immutable.
	//
	// +kubebuilder:default=PublicALB
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change edge.origin: AWS cannot make a public load balancer private or the other way round; create a new claim and move the data"
	Origin OriginMode `json:"origin"`

	// WAF is the firewall in front of CloudFront. It always has AWS's common rule
	// set and its set of known bad inputs. They block, unless mode, overrides,
	// exemptPaths or allowCIDRs say otherwise.
	//
	// +kubebuilder:default={}
	WAF WAF `json:"waf"`

	// CachedPaths are path patterns whose responses CloudFront caches, for
	// example /static/*. Everything else goes to the frontend each time, since a
	// cached personal page would be shown to others. A cached response is for one
	// path, query string, Host and Origin: app.js?v=2 is another object than
	// app.js?v=1. Cookies, Authorization and all other headers are not part of
	// the key, so the frontend does not get them, and its Set-Cookie is removed.
	// Cache-Control decides how long a response stays; without it, a day. Only
	// GET, HEAD and OPTIONS are allowed.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:XValidation:rule=`self.matches("^/[A-Za-z0-9_.*$/~\"'@:+&?-]*$")`,message="cannot use this path: a path begins with a slash and has only letters, digits and _ - . * $ / ~ \" ' @ : + & ?; write for example /static/*"
	CachedPaths []string `json:"cachedPaths,omitempty"`

	// Static serves files from a bucket of the claim's own, without the frontend: assets
	// below some paths, or a whole single-page application. When empty, the frontend
	// serves everything. Removing it lets the frontend serve the paths again, and keeps
	// the bucket with its files in AWS.
	//
	// +optional
	Static *Static `json:"static,omitempty"`

	// PriceClass is which CloudFront edge locations serve viewers:
	// PriceClass_100 (North America, Europe, Israel; the cheapest),
	// PriceClass_200 (adds Asia, the Middle East, Africa) or PriceClass_All.
	//
	// +kubebuilder:default=PriceClass_100
	// +kubebuilder:validation:Enum=PriceClass_100;PriceClass_200;PriceClass_All
	PriceClass string `json:"priceClass"`

	// GeoRestriction allows only viewers from some countries, or all viewers except
	// those. When empty, all viewers are allowed.
	//
	// +optional
	GeoRestriction *GeoRestriction `json:"geoRestriction,omitempty"`

	// ResponseHeaders are security headers that CloudFront adds to responses. A header
	// that the application sends is kept, except X-Content-Type-Options, which is
	// always nosniff.
	//
	// +kubebuilder:default={}
	ResponseHeaders ResponseHeaders `json:"responseHeaders"`

	// AccessLogs writes a line for each request that CloudFront answers to a separate
	// bucket, which costs S3 storage. The bucket is not deleted with the claim or when
	// this is turned off, and its objects do not expire.
	//
	// +optional
	AccessLogs bool `json:"accessLogs,omitempty"`

	// OriginReadTimeoutSeconds is how long CloudFront waits for the frontend's
	// answer, and then between two packets of it, before it answers 504. The load
	// balancers wait at least 10 seconds longer. AWS allows more than 120 by a
	// quota only. A job that takes minutes is better put into a queue: viewers
	// reload, and every waiting request holds a connection of the frontend.
	//
	// +kubebuilder:default=30
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=120
	OriginReadTimeoutSeconds int32 `json:"originReadTimeoutSeconds"`

	// OriginKeepAliveSeconds is how long CloudFront keeps an idle connection to
	// the load balancer. Longer saves new connections and TLS handshakes where
	// there is little traffic.
	//
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=120
	OriginKeepAliveSeconds int32 `json:"originKeepAliveSeconds"`

	// OriginAttempts is how often CloudFront sends a GET or HEAD request to the
	// frontend before it answers 504: it sends the request again when no connection is
	// made, and also when the answer takes longer than originReadTimeoutSeconds. When
	// empty, 3. Write 1 for a site whose slow pages must not be computed three times,
	// or whose GET requests change something.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3
	OriginAttempts *int32 `json:"originAttempts,omitempty"`

	// OriginPrefixListID is the region's managed prefix list of CloudFront's
	// origin-facing addresses, the only ones that may reach the public load balancer.
	// Needed only in regions whose list Kasha does not know; in the others, no
	// other list is accepted. To find it, use aws ec2 describe-managed-prefix-lists
	// and look for com.amazonaws.global.cloudfront.origin-facing.
	//
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.matches('^pl-[0-9a-f]{8,17}$')",message="cannot use this prefix list: it is not the ID of a prefix list; write for example pl-3b927c52"
	// +kubebuilder:validation:MaxLength=100
	OriginPrefixListID string `json:"originPrefixListID,omitempty"`
}

// Static are files that CloudFront serves from a bucket of the claim's own. Only CloudFront
// can read the bucket, and identities that the account's IAM or uploaders allows. Every viewer can
// open the files. Cache-Control of a file decides how long CloudFront and browsers keep it;
// without it, CloudFront keeps it a day. The query string and cookies do not count.
type Static struct {
	// Paths are patterns of the paths that are files, for example /assets/*, or /* for
	// the whole site. The file of a path has the path as its key in the bucket, without
	// the slash at the beginning: /assets/app.js is assets/app.js. A path that ends with
	// a slash is its index.html. The first pattern that matches decides, in this order:
	// frontendPaths, paths, cachedPaths, and /* last. Only GET, HEAD and OPTIONS are
	// allowed.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:XValidation:rule=`self.matches("^/[A-Za-z0-9_.*$/~\"'@:+&?-]*$")`,message="cannot use this path: a path begins with a slash and has only letters, digits and _ - . * $ / ~ \" ' @ : + & ?; write for example /assets/*"
	Paths []string `json:"paths"`

	// FrontendPaths are patterns of the paths that the frontend serves although paths
	// matches them, for example /api/* beside /*. They are not cached.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:XValidation:rule=`self.matches("^/[A-Za-z0-9_.*$/~\"'@:+&?-]*$")`,message="cannot use this path: a path begins with a slash and has only letters, digits and _ - . * $ / ~ \" ' @ : + & ?; write for example /api/*"
	FrontendPaths []string `json:"frontendPaths,omitempty"`

	// Fallback is the file that a single-page application begins with, for example
	// /index.html. It is served for all paths here whose last part has no dot, so that
	// a viewer can open or reload any page. Errors of the frontend and of the backend
	// stay as they are, and a file that is missing stays a 404. When empty, each path is
	// its own file.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-]$')",message="cannot use this file: it begins with a slash, has only letters, digits and . _ ~ / -, and is no directory; write for example /index.html"
	Fallback string `json:"fallback,omitempty"`

	// Uploaders are ARNs of IAM roles, for example that of your CI, that may assume a role
	// which the claim makes for them (status.static.uploadRoleARN). It can list, write and
	// delete files in this bucket, and invalidate CloudFront's cache, and nothing else.
	// The roles must exist. A role of another account also needs its own permission to
	// assume it. When empty, there is no such role, and the account's IAM decides who may
	// upload.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:items:MaxLength=512
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$')",message="cannot use this uploader: it is not the ARN of an IAM role; write for example arn:aws:iam::111122223333:role/ci"
	Uploaders []string `json:"uploaders,omitempty"`
}

// OriginMode is how CloudFront reaches the frontend's load balancer.
//
// +kubebuilder:validation:Enum=PublicALB;VPCOrigin
type OriginMode string

// The origin modes.
const (
	PublicALB OriginMode = "PublicALB"
	VPCOrigin OriginMode = "VPCOrigin"
)

// Domain is the name that viewers open.
//
// +kubebuilder:validation:XValidation:rule="has(self.hostedZoneID) == has(oldSelf.hostedZoneID) && (!has(self.hostedZoneID) || self.hostedZoneID == oldSelf.hostedZoneID)",message="cannot change the hosted zone: records would be in neither zone for a while; remove edge.domain, wait until the claim is Ready, and set it anew",fieldPath=".hostedZoneID"
// +kubebuilder:validation:XValidation:rule="self.phase == oldSelf.phase || self.phase == 'Serve'",message="cannot go back to Prepare: CloudFront would stop serving names that viewers open; move them to another distribution first, then remove edge.domain",fieldPath=".phase"
type Domain struct {
	// Name that viewers open, for example shop.example.com. The name origin. below it
	// is used too: CloudFront connects to the load balancer by it.
	//
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$')",message="cannot use this name: a certificate needs a DNS name of at most 64 lower-case characters; write for example shop.example.com"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change the domain's name in one step: viewers would meet a certificate of the other name for a while; add the new name to additionalNames, or remove edge.domain, wait until the claim is Ready, and set it anew"
	Name string `json:"name"`

	// AdditionalNames are further names that viewers may open, for example
	// www.shop.example.com. They must be in the same hosted zone.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$')",message="cannot use this name: it is not a DNS name; write for example www.shop.example.com"
	AdditionalNames []string `json:"additionalNames,omitempty"`

	// HostedZoneID is the public Route 53 hosted zone that the names are in. When
	// empty, the claim creates a zone of that name (0.50 USD a month) and reports its
	// name servers in status.domain.nameServers. Delegate the name to them at your
	// registrar: AWS issues the certificate only after that. It cannot be changed
	// while the domain is set.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^Z[A-Z0-9]{5,31}$')",message="cannot use this hosted zone: it is not the ID of a hosted zone; write for example Z0123456789ABCDEFGHIJ"
	HostedZoneID string `json:"hostedZoneID,omitempty"`

	// Phase is for names that another site serves today. Prepare makes the
	// certificates and CloudFront's way to the load balancer, and touches neither
	// the names nor the records that viewers use: try the site by CloudFront's
	// own name. Serve lets CloudFront serve the names, and points them to it. It
	// cannot go back to Prepare. docs/moving-a-domain.md has all steps.
	//
	// +kubebuilder:default=Serve
	Phase DomainPhase `json:"phase"`

	// ReplaceRecords replaces A and AAAA records of the names that are in the
	// zone already, once CloudFront serves the names. Deleting the claim deletes
	// them like its own. Without it, a record that exists is left as it is, and
	// the claim says so.
	//
	// +optional
	ReplaceRecords bool `json:"replaceRecords,omitempty"`
}

// DomainPhase is whether CloudFront serves the domain's names.
//
// +kubebuilder:validation:Enum=Prepare;Serve
type DomainPhase string

// The phases.
const (
	DomainPrepare DomainPhase = "Prepare"
	DomainServe   DomainPhase = "Serve"
)

// WAF is the firewall in front of CloudFront.
type WAF struct {
	// RateLimit is how many requests an address may send in five minutes. Above that,
	// it is blocked until its rate falls below the limit.
	//
	// +kubebuilder:default=2000
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=2000000000
	RateLimit int64 `json:"rateLimit"`

	// Mode is what happens to requests that match AWS's rule sets or exceed the rate
	// limit. Count only counts them in CloudWatch, so that you see what Block would
	// block. denyCIDRs are blocked in either mode.
	//
	// +kubebuilder:default=Block
	Mode WAFMode `json:"mode"`

	// LargeBodies is what happens to requests with a body of more than 8 KiB,
	// such as uploads and long forms: Count lets them pass, Block answers 403,
	// which is what AWS's rule SizeRestrictions_BODY does by itself. All other
	// rules inspect a body's first 16 KiB in either case, so an attack behind
	// that is the application's to refuse. An entry of overrides for
	// SizeRestrictions_BODY goes before this field.
	//
	// +kubebuilder:default=Count
	LargeBodies WAFMode `json:"largeBodies"`

	// Overrides change what single rules of AWS's rule sets do.
	//
	// +optional
	// +listType=map
	// +listMapKey=ruleSet
	// +listMapKey=rule
	// +kubebuilder:validation:MaxItems=40
	Overrides []WAFOverride `json:"overrides,omitempty"`

	// ExemptPaths are beginnings of paths that AWS's common rule set does not look at,
	// for example /hooks/ for webhooks without a User-Agent, or /admin/articles for an
	// editor whose texts look like an attack. The known bad inputs, the rate limit and
	// the address lists apply there too. A path counts as the application sees it: with
	// %2e and /../ resolved. Paths with a semicolon or a backslash are never exempt.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MaxLength=30
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^/[A-Za-z0-9._~/-]+$')",message="cannot exempt this path: it begins with a slash, goes on after it, and has only letters, digits and . _ ~ / -; write for example /hooks/"
	ExemptPaths []string `json:"exemptPaths,omitempty"`

	// AllowCIDRs are addresses, IPv4 or IPv6, that neither the rate limit nor the
	// rule sets apply to, for example 203.0.113.0/24 for a monitor. Together they
	// may be at most 1/16 of all IPv4 addresses, and 1/65536 of all of IPv6.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MaxLength=43
	AllowCIDRs []string `json:"allowCIDRs,omitempty"`

	// DenyCIDRs are addresses, IPv4 or IPv6, that are always blocked. They take
	// precedence over allowCIDRs.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MaxLength=43
	DenyCIDRs []string `json:"denyCIDRs,omitempty"`

	// Logs are the requests that are written to a log group in us-east-1: None,
	// Matched (those that a rule blocked, counted or challenged) or All, whose cost
	// grows with the traffic. A claim in another region than us-east-1 needs a further
	// key for them (1 USD a month). Setting it back to None deletes the log group; its
	// logs will be lost.
	//
	// +kubebuilder:default=None
	Logs WAFLogs `json:"logs"`
}

// WAFMode is what happens to requests that a rule objects to.
//
// +kubebuilder:validation:Enum=Block;Count
type WAFMode string

// The modes.
const (
	WAFBlock WAFMode = "Block"
	WAFCount WAFMode = "Count"
)

// WAFLogs are the requests that are logged.
//
// +kubebuilder:validation:Enum=None;Matched;All
type WAFLogs string

// What is logged.
const (
	WAFLogsNone    WAFLogs = "None"
	WAFLogsMatched WAFLogs = "Matched"
	WAFLogsAll     WAFLogs = "All"
)

// WAFOverride changes what one rule does.
type WAFOverride struct {
	// RuleSet that the rule is in: Common (AWSManagedRulesCommonRuleSet) or
	// KnownBadInputs (AWSManagedRulesKnownBadInputsRuleSet).
	RuleSet WAFRuleSet `json:"ruleSet"`

	// Rule is the rule's name, for example NoUserAgent_HEADER, which blocks
	// requests without a User-Agent, such as those of some webhooks.
	//
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_-]+$')",message="cannot use this rule: it is not the name of a rule; write for example SizeRestrictions_BODY"
	Rule string `json:"rule"`

	// Action that the rule takes instead: Count (count the request and go on with the
	// other rules), Allow (allow the request and skip the other rules), Block, Captcha
	// or Challenge (AWS bills each use of these two).
	//
	// +kubebuilder:validation:Enum=Count;Allow;Block;Captcha;Challenge
	Action string `json:"action"`
}

// WAFRuleSet is one of AWS's rule sets.
//
// +kubebuilder:validation:Enum=Common;KnownBadInputs
type WAFRuleSet string

// The rule sets.
const (
	WAFCommon         WAFRuleSet = "Common"
	WAFKnownBadInputs WAFRuleSet = "KnownBadInputs"
)

// GeoRestriction allows or denies viewers by country.
type GeoRestriction struct {
	// Type is Allow (only viewers of these countries) or Deny (all but them).
	//
	// +kubebuilder:validation:Enum=Allow;Deny
	Type string `json:"type"`

	// Countries as ISO 3166-1 alpha-2 codes, for example DE.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=249
	// +kubebuilder:validation:items:MaxLength=60
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[A-Z]{2}$')",message="cannot use this country: it is not a two-letter code of ISO 3166-1 in capitals; write for example DE"
	Countries []string `json:"countries"`
}

// ResponseHeaders are security headers that CloudFront adds to responses.
//
// +kubebuilder:validation:XValidation:rule="!has(self.hstsPreload) || !self.hstsPreload || self.hstsSeconds >= 31536000 && has(self.hstsIncludeSubdomains) && self.hstsIncludeSubdomains",message="cannot ask for a place on the browsers' lists: they take only domains with an hstsSeconds of at least 31536000 and with hstsIncludeSubdomains; set both, or remove hstsPreload",fieldPath=".hstsPreload"
type ResponseHeaders struct {
	// ContentSecurityPolicy is what pages may load and run. There is no default: a
	// strict policy breaks most sites, and a lax one does not protect.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]*$')",message="cannot use this policy: a header has only the printable characters of ASCII; remove the others"
	ContentSecurityPolicy string `json:"contentSecurityPolicy,omitempty"`

	// FrameOptions is which sites may show pages in a frame: Deny (none), SameOrigin
	// (only the site itself) or None (no header, so any site).
	//
	// +kubebuilder:default=Deny
	// +kubebuilder:validation:Enum=Deny;SameOrigin;None
	FrameOptions string `json:"frameOptions"`

	// ReferrerPolicy is how much of the page's address browsers send to other sites in
	// the Referer header.
	//
	// +kubebuilder:default=strict-origin-when-cross-origin
	// +kubebuilder:validation:Enum=no-referrer;no-referrer-when-downgrade;origin;origin-when-cross-origin;same-origin;strict-origin;strict-origin-when-cross-origin;unsafe-url
	ReferrerPolicy string `json:"referrerPolicy"`

	// HSTSSeconds is how long browsers use only HTTPS for the site
	// (Strict-Transport-Security). 0 sends no header; browsers that have received one
	// obey it until it expires.
	//
	// +kubebuilder:default=31536000
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=63072000
	HSTSSeconds int64 `json:"hstsSeconds"`

	// HSTSIncludeSubdomains extends HSTS to all names below the domain, including
	// those that other servers serve.
	//
	// +optional
	HSTSIncludeSubdomains bool `json:"hstsIncludeSubdomains,omitempty"`

	// HSTSPreload says that the domain may be put on the lists of browsers, which
	// then never use HTTP for it, not even the first time. You submit the domain to
	// the lists yourself (hstspreload.org). They require hstsSeconds of at least
	// 31536000 and hstsIncludeSubdomains. Leaving the lists takes months.
	//
	// +optional
	HSTSPreload bool `json:"hstsPreload,omitempty"`
}
