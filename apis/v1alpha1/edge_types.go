package v1alpha1

// Edge is what viewers meet first: CloudFront and WAF.
type Edge struct {
	// WAF is the firewall in front of CloudFront. AWS's common rule set and its
	// set of known bad inputs are always on.
	//
	// +kubebuilder:default={}
	WAF WAF `json:"waf"`

	// CachedPaths are path patterns whose responses CloudFront caches, for
	// example /static/*. Everything else goes to the frontend each time, since a
	// cached personal page would be shown to others.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:Pattern=`^/[A-Za-z0-9_.*$/~"'@:+&?-]*$`
	CachedPaths []string `json:"cachedPaths,omitempty"`

	// PriceClass is which CloudFront edge locations serve viewers:
	// PriceClass_100 (North America, Europe, Israel; the cheapest),
	// PriceClass_200 (adds Asia, the Middle East, Africa) or PriceClass_All.
	//
	// +kubebuilder:default=PriceClass_100
	// +kubebuilder:validation:Enum=PriceClass_100;PriceClass_200;PriceClass_All
	PriceClass string `json:"priceClass"`

	// OriginPrefixListID is the region's managed prefix list of CloudFront's
	// origin-facing addresses, the only ones that may reach the public load
	// balancer. Needed only in regions that Kasha does not know the list of; it
	// is what aws ec2 describe-managed-prefix-lists shows for
	// com.amazonaws.global.cloudfront.origin-facing.
	//
	// +optional
	// +kubebuilder:validation:Pattern=`^pl-[0-9a-f]{8,17}$`
	// +kubebuilder:validation:MaxLength=20
	OriginPrefixListID string `json:"originPrefixListID,omitempty"`
}

// WAF is the firewall in front of CloudFront.
type WAF struct {
	// RateLimit is how many requests one address may make in five minutes before
	// it is blocked until it slows down.
	//
	// +kubebuilder:default=2000
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=2000000000
	RateLimit int64 `json:"rateLimit"`
}
