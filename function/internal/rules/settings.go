package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// settingRules are about single fields: what each must be, and why. AWS accepts other values, but then something
// does not work as the documentation says.
var settingRules = []Rule{{
	ID:     "setting-edge",
	Title:  "The distribution, the firewall and DNS have the values of the table.",
	Why:    "CloudFront would cache what is private, or the firewall would let through what it should block.",
	Source: "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html",
	check:  eachOf(hasSettings(edgeSettings)),
}, {
	ID: "setting-paths",
	Title: "Each path comes over HTTPS from the frontend, or, where the claim says so, from its bucket by signed " +
		"requests and through the function that finds the file.",
	Why: "CloudFront would cache answers of the API, or viewers could list the bucket.",
	Source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/" +
		"private-content-restricting-access-to-s3.html",
	check: eachOf(pathsComeFromTheirOrigin),
}, {
	ID:     "setting-compute",
	Title:  "Load balancers, services, tasks and their scaling have the values of the table.",
	Why:    "A deployment would drop requests, or a task would not start.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html",
	check:  eachOf(hasSettings(computeSettings)),
}, {
	ID:     "setting-data",
	Title:  "The database, its secret, its backups and the queues have the values of the table.",
	Why:    "The database would be slower, more open, or less often backed up than the claim asks for.",
	Source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
	check:  eachOf(hasSettings(dataSettings)),
}, {
	ID:     "setting-network",
	Title:  "The network, its gates and its records have the values of the table.",
	Why:    "Names would not resolve in the VPC, or traffic would be blocked or not be recorded.",
	Source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html",
	check:  eachOf(hasSettings(networkSettings)),
}, {
	ID:    "setting-workers",
	Title: "What starts and stops the tasks of a worker has the values of the table.",
	Why:   "A worker would lie idle while messages wait, or lose the messages that it works on.",
	Source: "https://docs.aws.amazon.com/autoscaling/application/userguide/" +
		"application-auto-scaling-target-tracking-metric-math.html",
	check: eachOf(hasSettings(workerSettings)),
}, {
	ID:    "setting-services",
	Title: "What sends requests to a further service, and starts its tasks, has the values of the table.",
	Why:   "A service would not be found, or be overloaded while its claim allows more tasks.",
	Source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/" +
		"API_PredefinedMetricSpecification.html",
	check: eachOf(hasSettings(serviceSettings)),
}, {
	ID:    "setting-dashboard",
	Title: "Each graph of the dashboard shows metrics that AWS publishes, with their dimensions, where they are.",
	Why:   "A graph of a metric that does not exist is empty, as if nothing happened.",
	Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/" +
		"CloudWatch-Dashboard-Body-Structure.html",
	check: each(showsMetrics),
}, {
	ID:     "setting-role-actions",
	Title:  "Each role may do the actions of the table, and no others.",
	Why:    "Without one a task does not start or is refused at work; with another one a leak costs more.",
	Source: "Kasha: docs/security.md",
	check:  each(mayDoItsActions),
}}

// A setting is the required values of fields of some objects. A field is a dotted path below spec.forProvider, with
// a ! before a path in a field that holds JSON, and name=x for the element of a list with that name.
type setting struct {
	kind, keys, why string
	// when is a field of the claim and its value, if the setting depends on one. {} stands for the star of keys.
	when string
	// fields have a value; one that begins with = is a field of the claim's spec, in which {} is what the star of keys
	// stands for; one that begins with @ is the key of the object that is meant, by its ARN or by reference.
	fields map[string]string
}

type fields = map[string]string

// hasSettings returns the check of a table.
func hasSettings(table []setting) func(World, string, map[string]any) []string {
	return func(w World, key string, o map[string]any) []string {
		var out []string
		for _, s := range table {
			if s.kind != kindOf(o) || !matches(s.keys, key) ||
				!isInForce(w, strings.ReplaceAll(s.when, "{}", s.star(key))) || onlyLooks(o) {
				continue
			}
			for _, field := range slices.Sorted(maps.Keys(s.fields)) {
				want := s.fields[field]
				got := deep(params(o), strings.ReplaceAll(field, "{}", s.star(key)))
				if !s.isMet(w, key, o, field, got) && !isOverridden(o, field) {
					out = append(out, fmt.Sprintf("has %s %q, want %s: %s", field, got, want, s.why))
				}
			}
		}
		return out
	}
}

// isOverridden tells whether an object is marked as having a value of the claim's in a field, or in what is around it.
// The rules on what protects something do not ask: no override may break one.
func isOverridden(o map[string]any, field string) bool {
	outer, _, _ := strings.Cut(field, "!")
	steps := strings.Split(outer, ".")
	mark := written(lookup(o, "metadata", "annotations", "platform.kasha.io/overrides"))
	return slices.ContainsFunc(strings.Fields(mark), func(path string) bool {
		for i, step := range strings.Split(path, ".") {
			if i >= len(steps) || step != steps[i] && !strings.Contains(steps[i], "=") {
				return false
			}
		}
		return true
	})
}

// isInForce tells whether the claim is as a setting's condition says: a field has the value after =, which may be
// none, is a number above 0 before >0, or else has any value.
func isInForce(w World, when string) bool {
	if when == "" {
		return true
	}
	if field, ok := strings.CutSuffix(when, ">0"); ok {
		n, _ := number(w.Claim, "spec."+field)
		return n > 0
	}
	field, value, compared := strings.Cut(when, "=")
	got := in(w.Claim, "spec."+field)
	return compared && got == value || !compared && got != ""
}

// isMet tells whether a field has the value of the setting.
func (s setting) isMet(w World, key string, o map[string]any, field, got string) bool {
	want := s.fields[field]
	switch {
	case strings.HasPrefix(want, "="):
		is := in(w.Claim, "spec."+strings.ReplaceAll(want[1:], "{}", s.star(key)))
		// What a claim does not turn on is off.
		return got == is || is == "" && got == "false"
	case strings.HasPrefix(want, "@"):
		of := strings.ReplaceAll(want[1:], "{}", s.star(key))
		p := params(o)
		return w.byName(in(p, field+"Ref.name")) == of || slices.Equal(w.refs(p, field+"Refs"), []string{of}) ||
			got != "" && slices.Contains([]string{w.arn(of), externalName(w.Desired[of])}, got)
	}
	return got == strings.ReplaceAll(want, "{}", s.star(key))
}

// star is the part of a key that the first star of the pattern stands for: up to what follows it in the pattern.
// Before a second star, that is the last hyphen at the pattern's end, and the next one elsewhere.
func (s setting) star(key string) string {
	before, after, _ := strings.Cut(s.keys, "*")
	rest := strings.TrimPrefix(key, before)
	switch {
	case !strings.Contains(after, "*"):
		return strings.TrimSuffix(rest, after)
	case after == "-*":
		return rest[:max(strings.LastIndex(rest, "-"), 0)]
	}
	rest, _, _ = strings.Cut(rest, "-")
	return rest
}

// deep is in, through fields that hold JSON and through lists: a ! stands before the path in the JSON, and name=x is
// the element of a list whose name is x.
func deep(o map[string]any, field string) string {
	outer, inner, isJSON := strings.Cut(field, "!")
	if !isJSON {
		return written(walk(o, outer))
	}
	var v any
	if json.Unmarshal([]byte(in(o, outer)), &v) != nil {
		return ""
	}
	return written(walk(v, inner))
}

func walk(v any, dotted string) any {
	for _, step := range strings.Split(dotted, ".") {
		name, value, named := strings.Cut(step, "=")
		if !named {
			v = lookup(v, step)
			continue
		}
		list := objects(v)
		i := slices.IndexFunc(list, func(e map[string]any) bool { return text(e, name) == value })
		if i < 0 {
			return nil
		}
		v = list[i]
	}
	return v
}

// toHTTPS is the policy that sends viewers who use HTTP to HTTPS.
const toHTTPS = "redirect-to-https"

// hsts tells browsers to use HTTPS only.
const hsts = "securityHeadersConfig.strictTransportSecurity"

// referrer is what other sites learn.
const referrer = "securityHeadersConfig.referrerPolicy"

// The rules of the firewall.
const (
	commonRules = "ruleJson!Name=AWSManagedRulesCommonRuleSet"
	badInputs   = "ruleJson!Name=AWSManagedRulesKnownBadInputsRuleSet"
	rateLimit   = "ruleJson!Name=RateLimitRule"
)

// edgeSettings are about CloudFront, the firewall and names.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
var edgeSettings = []setting{
	{"cloudfront/Distribution", "distribution",
		"viewers use HTTPS, and all methods and headers reach the frontend", "",
		fields{
			"defaultCacheBehavior.viewerProtocolPolicy": toHTTPS,
			"defaultCacheBehavior.allowedMethods":       "GET,HEAD,OPTIONS,PUT,POST,PATCH,DELETE",
			"defaultCacheBehavior.cachedMethods":        "GET,HEAD",
			"defaultCacheBehavior.compress":             "true",
			// CachingDisabled and AllViewerAndCloudFrontHeaders-2022-06, AWS's managed policies.
			"defaultCacheBehavior.cachePolicyId":         "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
			"defaultCacheBehavior.originRequestPolicyId": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
			"defaultCacheBehavior.targetOriginId":        "alb",
			"origin.0.originId":                          "alb",
		}},
	{"cloudfront/Distribution", "distribution", "it serves, over IPv4 and IPv6 and HTTP/1.1 to 3", "", fields{
		"enabled": "true", "isIpv6Enabled": "true", "httpVersion": "http2and3", "priceClass": "=edge.priceClass",
		"webAclId": "@webacl", "waitForDeployment": "true",
	}},
	{"cloudfront/Distribution", "distribution",
		"the frontend knows CloudFront by a header", "edge.origin=PublicALB",
		fields{
			"origin.0.customHeader.0.name":                       "X-Kasha-Origin",
			"origin.0.customOriginConfig.httpPort":               "80",
			"origin.0.customOriginConfig.httpsPort":              "443",
			"origin.0.customOriginConfig.originSslProtocols":     "TLSv1.2",
			"origin.0.customOriginConfig.originReadTimeout":      "=edge.originReadTimeoutSeconds",
			"origin.0.customOriginConfig.originKeepaliveTimeout": "=edge.originKeepAliveSeconds",
		}},
	{"cloudfront/Distribution", "distribution", "viewers see the claim's names", "edge.domain", fields{
		"viewerCertificate.sslSupportMethod": "sni-only", "viewerCertificate.minimumProtocolVersion": "TLSv1.2_2021",
		"viewerCertificate.cloudfrontDefaultCertificate": "",
	}},
	{"cloudfront/Distribution", "distribution",
		"without a name, CloudFront's own certificate", "edge.domain=", fields{
			"aliases": "", "viewerCertificate.cloudfrontDefaultCertificate": "true",
		}},
	{"cloudfront/Distribution", "distribution", "every country may see it", "edge.geoRestriction.type=", fields{
		"restrictions.geoRestriction.restrictionType": "none", "restrictions.geoRestriction.locations": "",
	}},
	{"cloudfront/Distribution", "distribution", "cookies may hold sessions", "edge.accessLogs=true", fields{
		"loggingConfig.includeCookies": "false",
	}},
	{"cloudfront/Distribution", "distribution", "no logs were asked for", "edge.accessLogs=", fields{
		"loggingConfig": "",
	}},
	{"cloudfront/OriginAccessControl", "originaccess-static", "each request to S3 is signed", "", fields{
		"originAccessControlOriginType": "s3", "signingBehavior": "always", "signingProtocol": "sigv4",
	}},
	{"cloudfront/Function", "edgefunction-static", "viewers get it, and its code is the claim's", "", fields{
		"publish": "true", "runtime": "cloudfront-js-2.0", "codeSecretRef.key": "code",
	}},
	{"cloudfront/CachePolicy", "cachepolicy",
		"the application decides how long a response is kept, and a day where it does not say", "",
		fields{"minTtl": "0", "defaultTtl": "86400", "maxTtl": "31536000"}},
	{"cloudfront/ResponseHeadersPolicy", "responseheaders",
		"the application's own headers win", "edge.responseHeaders",
		fields{
			"securityHeadersConfig.contentTypeOptions.override": "true",
			referrer + ".override":                              "false",
			referrer + ".referrerPolicy":                        "=edge.responseHeaders.referrerPolicy",
		}},
	{"cloudfront/ResponseHeadersPolicy", "responseheaders", "browsers use HTTPS for as long as the claim says",
		"edge.responseHeaders.hstsSeconds>0", fields{
			hsts + ".override":               "false",
			hsts + ".preload":                "=edge.responseHeaders.hstsPreload",
			hsts + ".accessControlMaxAgeSec": "=edge.responseHeaders.hstsSeconds",
		}},
	{"cloudfront/ResponseHeadersPolicy", "responseheaders", "no other site shows it in a frame",
		"edge.responseHeaders.frameOptions=Deny", fields{
			"securityHeadersConfig.frameOptions.frameOption": "DENY",
			"securityHeadersConfig.frameOptions.override":    "false",
		}},
	{"cloudfront/VPCOrigin", "vpcorigin",
		"CloudFront reaches the load balancer within AWS's network", "", fields{
			"vpcOriginEndpointConfig.arn": "@alb-public", "vpcOriginEndpointConfig.httpPort": "80",
			"vpcOriginEndpointConfig.httpsPort": "443", "vpcOriginEndpointConfig.originSslProtocols.items": "TLSv1.2",
			"vpcOriginEndpointConfig.originSslProtocols.quantity": "1",
		}},
	{"wafv2/WebACL", "webacl",
		"each rule has a metric and samples, and what no rule blocks is let through", "", fields{
			"scope": "CLOUDFRONT", "visibilityConfig.cloudwatchMetricsEnabled": "true",
			"visibilityConfig.sampledRequestsEnabled": "true", "defaultAction.block": "",
		}},
	{"wafv2/WebACL", "webacl", "AWS's rule sets come before the rate", "", fields{
		commonRules + ".Priority": "10",
		commonRules + ".Statement.ManagedRuleGroupStatement.VendorName": "AWS",
		commonRules + ".Statement.ManagedRuleGroupStatement.Name":       "AWSManagedRulesCommonRuleSet",
		commonRules + ".VisibilityConfig.CloudWatchMetricsEnabled":      "true",
		commonRules + ".VisibilityConfig.SampledRequestsEnabled":        "true",
		commonRules + ".VisibilityConfig.MetricName":                    "AWSManagedRulesCommonRuleSet",
		badInputs + ".Priority":                                         "20",
		badInputs + ".Statement.ManagedRuleGroupStatement.VendorName":   "AWS",
		badInputs + ".Statement.ManagedRuleGroupStatement.Name":         "AWSManagedRulesKnownBadInputsRuleSet",
		rateLimit + ".Priority":                                         "30",
		rateLimit + ".Statement.RateBasedStatement.Limit":               "=edge.waf.rateLimit",
		rateLimit + ".Statement.RateBasedStatement.AggregateKeyType":    "IP",
		rateLimit + ".Statement.RateBasedStatement.EvaluationWindowSec": "300",
		rateLimit + ".VisibilityConfig.MetricName":                      "RateLimitRule",
	}},
	{"wafv2/IPSet", "ipset-*-ipv4", "an IP set has addresses of one version", "", fields{
		"ipAddressVersion": "IPV4", "scope": "CLOUDFRONT",
	}},
	{"wafv2/IPSet", "ipset-*-ipv6", "an IP set has addresses of one version", "", fields{
		"ipAddressVersion": "IPV6", "scope": "CLOUDFRONT",
	}},
	{"wafv2/WebACLLoggingConfiguration", "logging-waf", "sessions and credentials stay out of logs", "", fields{
		"redactedFields.0.singleHeader.name": "authorization", "redactedFields.1.singleHeader.name": "cookie",
	}},
	{"wafv2/WebACLLoggingConfiguration", "logging-waf",
		"only what a rule matched is kept", "edge.waf.logs=Matched",
		fields{
			"loggingFilter.defaultBehavior": "DROP", "loggingFilter.filter.0.behavior": "KEEP",
			"loggingFilter.filter.0.requirement":                        "MEETS_ANY",
			"loggingFilter.filter.0.condition.0.actionCondition.action": "BLOCK",
			"loggingFilter.filter.0.condition.1.actionCondition.action": "CAPTCHA",
			"loggingFilter.filter.0.condition.2.actionCondition.action": "CHALLENGE",
			"loggingFilter.filter.0.condition.3.actionCondition.action": "COUNT",
			"loggingFilter.filter.0.condition.4.actionCondition.action": "EXCLUDED_AS_COUNT",
		}},
	{"wafv2/WebACLLoggingConfiguration", "logging-waf", "every request is kept", "edge.waf.logs=All", fields{
		"loggingFilter": "",
	}},
	{"acm/Certificate", "certificate-*",
		"CloudFront takes RSA keys, and DNS proves the domain again each year", "",
		fields{"keyAlgorithm": "RSA_2048", "validationMethod": "DNS"}},
	{"acm/Certificate", "certificate-[eo]*", "it is the domain's", "", fields{"domainName": "=edge.domain.name"}},
	{"route53/Record", "record-a-*", "every name of the domain is an alias of the distribution", "", fields{
		"type": "A", "alias.evaluateTargetHealth": "false", "alias.zoneId": "Z2FDTNDATAQYW2",
	}},
	{"route53/Record", "record-aaaa-*", "and over IPv6", "", fields{
		"type": "AAAA", "alias.evaluateTargetHealth": "false", "alias.zoneId": "Z2FDTNDATAQYW2",
	}},
	{"route53/Record", "record-origin-*", "the origin has a name that its certificate covers", "", fields{
		"type": "A", "alias.evaluateTargetHealth": "false",
	}},
	{"route53/Record", "record-validation-*", "two claims may prove the same name", "", fields{
		"type": "CNAME", "allowOverwrite": "true", "ttl": "300",
	}},
	{"route53/Zone", "zone-*", "records that others made stay", "", fields{
		"forceDestroy": "false", "name": "=edge.domain.name",
	}},
}

// predefined is the metric that a policy follows.
const predefined = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"

// computeSettings are about load balancers and containers.
var computeSettings = []setting{
	{"elbv2/LB", "alb-*", "requests with invalid headers are a way to smuggle others", "", fields{
		"dropInvalidHeaderFields": "true", "enableHttp2": "true", "ipAddressType": "ipv4",
		"loadBalancerType": "application",
	}},
	{"elbv2/LB", "alb-public", "the claim knows how long its connections are silent", "frontend.idleTimeoutSeconds",
		fields{
			"idleTimeout": "=frontend.idleTimeoutSeconds",
		}},
	{"elbv2/LB", "alb-internal", "the claim knows how long its connections are silent", "backend.idleTimeoutSeconds",
		fields{
			"idleTimeout": "=backend.idleTimeoutSeconds",
		}},
	{"elbv2/LB", "alb-internal", "only the VPC reaches it", "", fields{"internal": "true"}},
	{"elbv2/LB", "alb-public", "CloudFront reaches it over the internet", "edge.origin=PublicALB",
		fields{"internal": "false"}},
	{"elbv2/LB", "alb-public",
		"CloudFront reaches it within AWS", "edge.origin=VPCOrigin", fields{"internal": "true"}},
	{"elbv2/LBListener", "listener-internal", "the frontend asks the backend", "", fields{
		"port": "80", "protocol": "HTTP", "defaultAction.0.type": "forward",
	}},
	{"elbv2/LBListener", "listener-public*", "a request that does not come from CloudFront is refused",
		"edge.origin=PublicALB", fields{
			"defaultAction.0.type": "fixed-response", "defaultAction.0.fixedResponse.statusCode": "403",
			"defaultAction.0.fixedResponse.contentType": "text/plain",
			"defaultAction.0.fixedResponse.messageBody": "Forbidden",
		}},
	{"elbv2/LBListener", "listener-public-https", "HTTPS, with TLS 1.2 at least", "", fields{
		"port": "443", "protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
	}},
	{"elbv2/LBListener", "listener-public", "HTTP", "", fields{"port": "80", "protocol": "HTTP"}},
	{"elbv2/LBListenerRule", "listenerrule-*", "a request with CloudFront's header goes on", "", fields{
		"action.0.type": "forward", "condition.0.httpHeader.httpHeaderName": "X-Kasha-Origin",
	}},
	{"elbv2/LBListenerRule", "listenerrule-*-origin", "what no service has chosen goes to the frontend", "", fields{
		"action.0.targetGroupArn": "@targetgroup-frontend",
	}},
	{"elbv2/LBTargetGroup", "targetgroup-*",
		"Fargate's tasks are addresses, and their health is the claim's", "",
		fields{
			"targetType": "ip", "protocol": "HTTP", "healthCheck.enabled": "true",
			"healthCheck.protocol": "HTTP", "healthCheck.port": "traffic-port",
			"healthCheck.interval":           "={}.healthCheck.intervalSeconds",
			"healthCheck.timeout":            "={}.healthCheck.timeoutSeconds",
			"healthCheck.healthyThreshold":   "={}.healthCheck.healthyThreshold",
			"healthCheck.unhealthyThreshold": "={}.healthCheck.unhealthyThreshold",
			"deregistrationDelay":            "={}.drainSeconds",
			"vpcId":                          "@vpc",
		}},
	{"elbv2/LBTargetGroup", "targetgroup-*", "new tasks and tasks on Spot differ in load", "{}.slowStartSeconds=",
		fields{
			"loadBalancingAlgorithmType": "least_outstanding_requests", "slowStart": "0",
		}},
	{"elbv2/LBTargetGroup", "targetgroup-*", "AWS has slow start for round robin only", "{}.slowStartSeconds>0",
		fields{
			"loadBalancingAlgorithmType": "round_robin", "slowStart": "={}.slowStartSeconds",
		}},
	{"ecs/Service", "service-*", "a deployment has as many tasks as the claim says", "{}.deployment.maxPercent",
		fields{
			"deploymentMinimumHealthyPercent": "={}.deployment.minHealthyPercent",
			"deploymentMaximumPercent":        "={}.deployment.maxPercent",
		}},
	{"ecs/Service", "service-*", "no deployment takes a task away before its successor works",
		"{}.deployment.maxPercent=", fields{
			"deploymentMinimumHealthyPercent": "100", "deploymentMaximumPercent": "200",
		}},
	{"ecs/Service", "service-*", "a deployment begins with every change", "", fields{
		"availabilityZoneRebalancing": "ENABLED", "forceNewDeployment": "true", "cluster": "@cluster",
	}},
	{"ecs/Service", "service-*", "a task has time to start before its checks count", "{}.healthCheck.graceSeconds",
		fields{
			"healthCheckGracePeriodSeconds": "={}.healthCheck.graceSeconds",
		}},
	{"ecs/Service", "service-*", "what no load balancer sends requests to has no health check of one",
		"{}.healthCheck=", fields{
			"healthCheckGracePeriodSeconds": "", "loadBalancer": "",
		}},
	{"ecs/Service", "service-*", "nobody gets a shell in a container", "{}.exec=", fields{
		"enableExecuteCommand": "false",
	}},
	{"ecs/Service", "service-*", "nobody gets a shell in a container", "{}.exec=false", fields{
		"enableExecuteCommand": "false",
	}},
	{"ecs/Service", "service-*", "tasks have the service's tags", "", fields{
		"enableEcsManagedTags": "true", "propagateTags": "SERVICE", "platformVersion": "LATEST",
	}},
	{"ecs/Service", "service-*", "requests reach the claim's port", "{}.port", fields{
		"loadBalancer.0.containerPort": "={}.port", "loadBalancer.0.containerName": "{}",
	}},
	{"ecs/Service", "service-frontend", "the public load balancer's requests reach it", "",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-frontend"}},
	{"ecs/Service", "service-backend", "the internal load balancer's requests reach it", "",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-backend"}},
	{"ecs/Service", "service-svc-*", "the internal load balancer's requests reach it", "svc-{}.way=internal",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-svc-{}", "loadBalancer.1.targetGroupArn": ""}},
	{"ecs/Service", "service-svc-*", "the internal load balancer's requests reach it", "svc-{}.way=http2",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-http2-svc-{}", "loadBalancer.1.targetGroupArn": ""}},
	{"ecs/Service", "service-svc-*", "the internal load balancer's requests reach it", "svc-{}.way=grpc",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-grpc-svc-{}", "loadBalancer.1.targetGroupArn": ""}},
	{"ecs/Service", "service-svc-*", "the public load balancer's requests reach it", "svc-{}.way=public",
		fields{"loadBalancer.0.targetGroupArn": "@targetgroup-public-svc-{}", "loadBalancer.1.targetGroupArn": ""}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "a Fargate task of the claim's size", "", fields{
		"cpu": "={}.cpu", "memory": "={}.memory", "networkMode": "awsvpc", "requiresCompatibilities": "FARGATE",
		"runtimePlatform.cpuArchitecture": "={}.architecture", "runtimePlatform.operatingSystemFamily": "LINUX",
		"executionRoleArn": "@role-execution",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "an init process passes signals on", "{}.initProcess=", fields{
		"containerDefinitions!name={}.linuxParameters.initProcessEnabled": "true",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "some images must be process 1", "{}.initProcess", fields{
		"containerDefinitions!name={}.linuxParameters.initProcessEnabled": "={}.initProcess",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "the image stays as it is", "{}.readOnlyRootFilesystem=", fields{
		"containerDefinitions!name={}.readonlyRootFilesystem": "true",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "some images write everywhere", "{}.readOnlyRootFilesystem", fields{
		"containerDefinitions!name={}.readonlyRootFilesystem": "={}.readOnlyRootFilesystem",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "a task runs the claim's image",
		"", fields{
			"containerDefinitions!name={}.image":                             "={}.image",
			"containerDefinitions!name={}.essential":                         "true",
			"containerDefinitions!name={}.environment.name=AWS_REGION.value": "=region",
		}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "it listens on the claim's port", "{}.port", fields{
		"containerDefinitions!name={}.portMappings.0.containerPort": "={}.port",
		"containerDefinitions!name={}.portMappings.0.hostPort":      "={}.port",
		"containerDefinitions!name={}.portMappings.0.protocol":      "tcp",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "it listens on no port", "{}.port=", fields{
		"containerDefinitions!name={}.portMappings": "",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*",
		"logs never stop a request: lines are lost before the task waits", "{}.logMode=", fields{
			"containerDefinitions!name={}.logConfiguration.options.mode":            "non-blocking",
			"containerDefinitions!name={}.logConfiguration.options.max-buffer-size": "25m",
		}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "the claim chose to lose no line", "{}.logMode=Blocking", fields{
		"containerDefinitions!name={}.logConfiguration.options.mode":            "blocking",
		"containerDefinitions!name={}.logConfiguration.options.max-buffer-size": "",
	}},
	{"ecs/TaskDefinition", "taskdefinition-*-*", "the lines are in the service's log group", "",
		fields{
			"containerDefinitions!name={}.logConfiguration.logDriver":                     "awslogs",
			"containerDefinitions!name={}.logConfiguration.options.awslogs-region":        "=region",
			"containerDefinitions!name={}.logConfiguration.options.awslogs-stream-prefix": "ecs",
			"containerDefinitions!name={}.logConfiguration.options.awslogs-group":         "@loggroup-{}",
		}},
	{"ecs/Cluster", "cluster", "the alarm on running tasks needs Container Insights", "", fields{
		"setting.0.name": "containerInsights", "setting.0.value": "enhanced",
	}},
	{"ecs/ClusterCapacityProviders", "cluster-capacity",
		"a service without a strategy runs on demand", "", fields{
			"capacityProviders": "FARGATE,FARGATE_SPOT",
			"defaultCapacityProviderStrategy.0.capacityProvider": "FARGATE",
			"defaultCapacityProviderStrategy.0.weight":           "1",
		}},
	{"appautoscaling/Target", "scaling-*", "between the claim's borders", "{}.scaling.max", fields{
		"minCapacity": "={}.scaling.min", "maxCapacity": "={}.scaling.max",
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
	}},
	{"appautoscaling/Policy", "scaling-*-*", "tasks come and go at the claim's pace", "{}.scaling.max", fields{
		"policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration.scaleInCooldown":  "={}.scaling.scaleInSeconds",
		"targetTrackingScalingPolicyConfiguration.scaleOutCooldown": "={}.scaling.scaleOutSeconds",
	}},
	{"appautoscaling/Policy", "scaling-*-cpu", "the average of the service's tasks", "{}.scaling.max", fields{
		"targetTrackingScalingPolicyConfiguration.targetValue": "={}.scaling.cpu",
		predefined: "ECSServiceAverageCPUUtilization",
	}},
	{"appautoscaling/Policy", "scaling-*-memory", "the average of the service's tasks", "{}.scaling.max", fields{
		"targetTrackingScalingPolicyConfiguration.targetValue": "={}.scaling.memory",
		predefined: "ECSServiceAverageMemoryUtilization",
	}},
	{"ecr/Repository", "repository-*",
		"an image is scanned when it arrives, and is encrypted with the claim's key", "",
		fields{
			"imageScanningConfiguration.scanOnPush": "true", "encryptionConfiguration.0.encryptionType": "KMS",
			"encryptionConfiguration.0.kmsKey": "@key-data", "forceDelete": "false",
		}},
	{"cloudwatchlogs/MetricFilter", "metricfilter-*-errors",
		"a line with an error counts one, others nothing", "", fields{
			"metricTransformation.defaultValue": "0", "metricTransformation.value": "1",
			"pattern": "?ERROR ?Error ?error ?FATAL ?panic", "logGroupName": "@loggroup-{}",
		}},
	{"iam/Role", "role-*", "policies that somebody attached do not keep the role", "", fields{
		"forceDetachPolicies": "true", "permissionsBoundary": "=permissionsBoundaryARN",
	}},
}

// The parts of the restore test's template.
const (
	testPlan      = "templateBody!Resources.Plan"
	testSelection = "templateBody!Resources.Selection"
	// clusterSelection is that of a cluster.
	clusterSelection = "templateBody!Resources.ClusterSelection"
)

// dataSettings are about what holds data, and about keys.
var dataSettings = []setting{
	{"rds/Instance", "db-*", "an instance as the claim asks for", "", fields{
		"instanceClass": "=database.instanceClass", "engineVersion": "=database.version", "storageType": "gp3",
		"maxAllocatedStorage": "=database.maxStorageGiB",
	}},
	{"rds/Instance", "db-primary", "the claim's window is the primary's", "", fields{
		"maintenanceWindow": "=database.maintenanceWindow",
	}},
	{"rds/Instance", "db-*", "a change waits only if the claim says so",
		"database.applyChanges=Immediately", fields{"applyImmediately": "true"}},
	{"rds/Instance", "db-*", "a change that interrupts the database waits for its window",
		"database.applyChanges=MaintenanceWindow", fields{"applyImmediately": "false"}},
	{"rds/Instance", "db-primary", "a MySQL server as the claim asks for", "", fields{
		"engine": "mysql", "multiAz": "=database.multiAZ", "port": "3306",
		"allocatedStorage": "=database.storageGiB", "backupWindow": "=database.backupWindow",
		"backupRetentionPeriod":  "=database.backupRetentionDays",
		"engineLifecycleSupport": "open-source-rds-extended-support-disabled",
	}},
	{"rds/Instance", "db-primary",
		"a new database has the claim's name", "database.restoreFromSnapshot=", fields{
			"dbName": "=database.name", "username": "admin",
		}},
	{"rds/Instance", "db-primary",
		"a snapshot has its own database and user", "database.restoreFromSnapshot", fields{
			"dbName": "", "username": "", "snapshotIdentifier": "=database.restoreFromSnapshot",
		}},
	{"rds/Instance", "db-primary", "the provider makes the password",
		"database.manageMasterUserPassword=false",
		fields{"autoGeneratePassword": "true", "manageMasterUserPassword": "", "passwordSecretRef.key": "password"}},
	{"rds/Instance", "db-primary",
		"RDS makes the password that it manages", "database.manageMasterUserPassword=true",
		fields{"autoGeneratePassword": "", "manageMasterUserPassword": "true", "passwordSecretRef.key": ""}},
	{"rds/Instance", "db-replica-*", "a replica has its primary's engine, and is no standby", "", fields{
		"engine": "", "multiAz": "false", "replicateSourceDb": "@db-primary",
	}},
	{"rds/Instance", "db-*", "only the VPC reaches it, with tokens of IAM too", "", fields{
		"publiclyAccessible": "false", "iamDatabaseAuthenticationEnabled": "true",
		"caCertIdentifier": "rds-ca-rsa2048-g1",
	}},
	{"rds/Instance", "db-*", "what it does can be seen", "", fields{
		"monitoringInterval":           "=database.monitoringSeconds",
		"enabledCloudwatchLogsExports": "error,general,slowquery",
	}},
	{"rds/Instance", "db-*", "AWS upgrades it if the claim lets it", "database.move.stage=", fields{
		"autoMinorVersionUpgrade": "=database.autoMinorVersionUpgrade",
	}},
	{"rds/Instance", "db-*", "what is to be copied does not become newer than the copy", "database.move.stage", fields{
		"autoMinorVersionUpgrade": "false",
	}},
	{"rds/Cluster", "db-cluster", "a cluster as the claim asks for", "database.engine=AuroraMySQL", fields{
		"engine": "aurora-mysql", "engineMode": "provisioned", "port": "3306",
		"preferredBackupWindow":                        "=database.backupWindow",
		"preferredMaintenanceWindow":                   "=database.maintenanceWindow",
		"backupRetentionPeriod":                        "=database.backupRetentionDays",
		"engineLifecycleSupport":                       "open-source-rds-extended-support-disabled",
		"allowMajorVersionUpgrade":                     "false",
		"serverlessv2ScalingConfiguration.minCapacity": "=database.aurora.capacity.minACU",
		"serverlessv2ScalingConfiguration.maxCapacity": "=database.aurora.capacity.maxACU",
	}},
	{"rds/Cluster", "db-cluster", "nothing pins what AWS changes", "", fields{
		"availabilityZones": "", "clusterMembers": "", "globalClusterIdentifier": "", "backtrackWindow": "",
	}},
	{"rds/Cluster", "db-cluster", "what it does can be seen", "database.engine=AuroraMySQL", fields{
		"enabledCloudwatchLogsExports": "error,general,slowquery", "performanceInsightsEnabled": "true",
		"databaseInsightsMode": "standard", "iamDatabaseAuthenticationEnabled": "true",
	}},
	{"rds/Cluster", "db-cluster", "what is copied has the name and the user of the source", "database.move.stage",
		fields{"databaseName": "", "masterUsername": "", "snapshotIdentifier": ""}},
	{"rds/Cluster", "db-cluster", "RDS makes the password that it manages",
		"database.manageMasterUserPassword=true", fields{
			"autoGeneratePassword": "", "manageMasterUserPassword": "true", "masterPasswordSecretRef.key": "",
		}},
	{"rds/ClusterInstance", "db-node-*", "a node as the claim asks for", "", fields{
		"instanceClass": "=database.aurora.instanceClass", "engine": "aurora-mysql", "engineVersion": "",
		"clusterIdentifier": "@db-cluster", "monitoringInterval": "=database.monitoringSeconds",
		"autoMinorVersionUpgrade": "=database.autoMinorVersionUpgrade", "caCertIdentifier": "rds-ca-rsa2048-g1",
		"performanceInsightsEnabled": "",
	}},
	{"rds/ClusterInstance", "db-node-*", "no data goes by force", "database.engine=AuroraMySQL", fields{
		"forceDestroy": "false",
	}},
	{"rds/ClusterParameterGroup", "clusterparametergroup-*", "slow queries are logged", "", fields{
		"family": "aurora-mysql8.4",
		"parameter.name=require_secure_transport.value":       "ON",
		"parameter.name=require_secure_transport.applyMethod": "immediate",
		"parameter.name=slow_query_log.value":                 "1",
		"parameter.name=long_query_time.value":                "=database.slowQuerySeconds",
		"parameter.name=log_output.value":                     "",
	}},
	{"rds/ProxyTarget", "db-proxy-target-cluster", "the pool is of the cluster", "", fields{
		"targetGroupName": "default", "dbClusterIdentifier": "@db-cluster", "dbInstanceIdentifier": "",
	}},
	{"appautoscaling/Target", "scaling-readers", "AWS adds readers within the claim's bounds", "", fields{
		"serviceNamespace": "rds", "scalableDimension": "rds:cluster:ReadReplicaCount",
	}},
	{"appautoscaling/Policy", "scaling-readers-cpu", "readers are added when they are busy", "", fields{
		"policyType": "TargetTrackingScaling",
		"targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType": "" +
			"RDSReaderAverageCPUUtilization",
	}},
	{"rds/ParameterGroup", "parametergroup-*", "the logs are files, as RDS exports them", "", fields{
		"family": "mysql8.4",
		"parameter.name=require_secure_transport.value":       "1",
		"parameter.name=require_secure_transport.applyMethod": "immediate",
		"parameter.name=slow_query_log.value":                 "1",
		"parameter.name=slow_query_log.applyMethod":           "immediate",
		"parameter.name=long_query_time.applyMethod":          "immediate",
		"parameter.name=long_query_time.value":                "=database.slowQuerySeconds",
		"parameter.name=general_log.applyMethod":              "immediate",
		"parameter.name=log_output.value":                     "FILE",
		"parameter.name=log_output.applyMethod":               "immediate",
	}},
	{"rds/ParameterGroup", "parametergroup-*", "every statement is logged only where the claim says so",
		"database.generalLog=true", fields{"parameter.name=general_log.value": "1"}},
	{"rds/ParameterGroup", "parametergroup-*", "every statement is logged only where the claim says so",
		"database.generalLog=false", fields{"parameter.name=general_log.value": "0"}},
	{"rds/Proxy", "db-proxy", "it logs in with the password in the secret", "", fields{
		"engineFamily": "MYSQL", "idleClientTimeout": "=database.proxy.idleClientSeconds",
		"auth.0.authScheme": "SECRETS", "auth.0.iamAuth": "DISABLED",
		"auth.0.clientPasswordAuthType": "MYSQL_CACHING_SHA2_PASSWORD",
	}},
	{"rds/ProxyDefaultTargetGroup", "db-proxy-group",
		"the pool is the claim's share of the connections", "", fields{
			"connectionPoolConfig.connectionBorrowTimeout": "=database.proxy.borrowSeconds",
			"connectionPoolConfig.maxConnectionsPercent":   "=database.proxy.maxConnectionsPercent",
		}},
	{"rds/ProxyTarget", "db-proxy-target", "the pool is of the primary", "", fields{
		"targetGroupName": "default", "dbInstanceIdentifier": "@db-primary",
	}},
	{"secretsmanager/SecretRotation", "secretrotation-*",
		"a new password does not come at once, but in time", "", fields{
			"rotateImmediately": "false", "rotationRules.automaticallyAfterDays": "=database.passwordRotationDays",
		}},
	{"secretsmanager/SecretVersion", "secretversion-*", "the connection is in this field", "", fields{
		"secretStringSecretRef.key": "secretString",
	}},
	{"serverlessrepo/CloudFormationStack", "rotation-application",
		"AWS's own application for one user of MySQL", "",
		fields{
			"applicationId": "arn:aws:serverlessrepo:us-east-1:297356227824:applications/" +
				"SecretsManagerRDSMySQLRotationSingleUser",
			"capabilities": "CAPABILITY_IAM,CAPABILITY_RESOURCE_POLICY", "parameters.kmsKeyArn": "@key-data",
		}},
	{"backup/Plan", "plan",
		"a snapshot each month, within an hour of its time", "", fields{
			"rule.0.ruleName": "monthly", "rule.0.startWindow": "60",
			"rule.0.enableContinuousBackup": "false", "rule.0.targetVaultName": "@vault",
		}},
	{"backup/Selection", "selection", "AWS Backup acts as the role", "", fields{
		"iamRoleArn": "@role-backup", "planId": "@plan",
	}},
	{"cloudformation/Stack", "restore-test", "the newest snapshot of each month is restored", "", fields{
		testPlan + ".Type": "AWS::Backup::RestoreTestingPlan",
		testPlan + ".Properties.RecoveryPointSelection.Algorithm":           "LATEST_WITHIN_WINDOW",
		testPlan + ".Properties.RecoveryPointSelection.RecoveryPointTypes":  "SNAPSHOT",
		testPlan + ".Properties.RecoveryPointSelection.SelectionWindowDays": "35",
		testPlan + ".Properties.ScheduleExpression":                         "cron(0 8 3 * ? *)",
		testPlan + ".Properties.StartWindowHours":                           "8",
	}},
	{"cloudformation/Stack", "restore-test", "a single instance is restored", "database.engine=MySQL", fields{
		testSelection +
			".Type": "AWS::Backup::RestoreTestingSelection",
		testSelection + ".DependsOn":                                              "Plan",
		testSelection + ".Properties.ProtectedResourceArns":                       "*",
		testSelection + ".Properties.ProtectedResourceType":                       "RDS",
		testSelection + ".Properties.RestoreTestingSelectionName":                 "database",
		testSelection + ".Properties.ValidationWindowHours":                       "=backup.restoreTest.keepHours",
		testSelection + ".Properties.RestoreMetadataOverrides.multiAz":            "false",
		testSelection + ".Properties.RestoreMetadataOverrides.publiclyAccessible": "false",
	}},
	{"cloudformation/Stack", "restore-test",
		"the other account has a role", "backup.restoreTest.providerConfigRef", fields{
			"capabilities":                                      "CAPABILITY_IAM",
			"templateBody!Resources.Role.Type":                  "AWS::IAM::Role",
			testSelection + ".Properties.IamRoleArn.Fn::GetAtt": "Role,Arn",
		}},
	{"cloudformation/Stack", "restore-test",
		"the test database is in the claim's network, as its role", "backup.restoreTest.providerConfigRef=",
		fields{testPlan + ".Properties.RecoveryPointSelection.IncludeVaults.0": "@vault"}},
	{"cloudformation/Stack", "restore-test", "the volume of a cluster is restored, without a node",
		"database.engine=AuroraMySQL", fields{
			clusterSelection + ".Type":                                        "AWS::Backup::RestoreTestingSelection",
			clusterSelection + ".DependsOn":                                   "Plan",
			clusterSelection + ".Properties.ProtectedResourceArns":            "*",
			clusterSelection + ".Properties.ProtectedResourceType":            "Aurora",
			clusterSelection + ".Properties.RestoreTestingSelectionName":      "cluster",
			clusterSelection + ".Properties.ValidationWindowHours":            "=backup.restoreTest.keepHours",
			clusterSelection + ".Properties.RestoreMetadataOverrides.multiAz": "",
			testSelection + ".Type":                                           "",
		}},
	{"kms/Key", "key-*", "a new key each year for what is encrypted from then on", "", fields{
		"keyUsage": "ENCRYPT_DECRYPT", "rotationPeriodInDays": "365",
	}},
	{"sqs/Queue", "dlq-*", "a queue's data key is used for five minutes", "", fields{
		"kmsDataKeyReusePeriodSeconds": "300", "kmsMasterKeyId": "alias/aws/sqs",
	}},
	{"budgets/Budget", "budget", "dollars a month", "", fields{
		"budgetType": "COST", "timeUnit": "MONTHLY", "limitUnit": "USD",
	}},
	{"s3/BucketCorsConfiguration", "bucket-app-cors",
		"browsers of the claim's sites, and an upload in parts needs the ETags of its parts", "", fields{
			"corsRule.0.allowedOrigins.0": "=bucket.cors.0.origins.0",
			"corsRule.0.allowedMethods.0": "=bucket.cors.0.methods.0",
			"corsRule.0.allowedHeaders.0": "*",
			"corsRule.0.exposeHeaders.0":  "ETag",
			"corsRule.0.maxAgeSeconds":    "=bucket.cors.0.maxAgeSeconds",
		}},
	{"s3/BucketServerSideEncryptionConfiguration", "bucket-accesslogs-encryption",
		"CloudFront and load balancers write logs only with S3's own keys", "",
		fields{"rule.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256"}},
	{"s3/BucketServerSideEncryptionConfiguration", "bucket-static-encryption", "the claim's key", "",
		fields{"rule.0.applyServerSideEncryptionByDefault.sseAlgorithm": "aws:kms"}},
	{"s3/BucketServerSideEncryptionConfiguration", "bucket-app-encryption", "the claim's key", "",
		fields{"rule.0.applyServerSideEncryptionByDefault.sseAlgorithm": "aws:kms"}},
}

// networkSettings are about the VPC and what guards it.
var networkSettings = []setting{
	{"ec2/VPC", "vpc", "private names of endpoints resolve only with both", "", fields{
		"cidrBlock": "=network.cidr", "enableDnsHostnames": "true", "enableDnsSupport": "true",
	}},
	{"ec2/Subnet", "subnet-*",
		"nothing in it gets a public address by itself", "", fields{"mapPublicIpOnLaunch": "false"}},
	{"ec2/EIP", "eip-*", "an address of a VPC", "", fields{"domain": "vpc"}},
	{"ec2/NATGateway", "nat-*", "it leads to the internet, from its own zone", "", fields{
		"connectivityType": "public", "subnetId": "@subnet-public-{}", "allocationId": "@eip-{}",
	}},
	{"ec2/Route", "route-*", "all that no other route takes", "", fields{"destinationCidrBlock": "0.0.0.0/0"}},
	{"ec2/FlowLog", "flowlog-*", "accepted and rejected traffic", "", fields{
		"trafficType": "ALL", "logDestinationType": "cloud-watch-logs",
		"maxAggregationInterval": "=network.flowLogs.maxAggregationSeconds", "iamRoleArn": "@role-flowlogs",
	}},
	{"ec2/VPCEndpoint", "endpoint-s3", "a gateway costs nothing", "", fields{"vpcEndpointType": "Gateway"}},
	{"ec2/VPCEndpoint", "endpoint-s[^3]*", "the service's usual name leads to the endpoint", "", fields{
		"vpcEndpointType": "Interface", "privateDnsEnabled": "true",
	}},
	{"ec2/VPCEndpoint", "endpoint-[^s]*", "the service's usual name leads to the endpoint", "", fields{
		"vpcEndpointType": "Interface", "privateDnsEnabled": "true",
	}},
	{"ec2/VPCEndpointSecurityGroupAssociation", "endpoint-*-sg",
		"the VPC's default group admits nothing", "", fields{
			"replaceDefaultAssociation": "true",
		}},
	{"ec2/DefaultNetworkACL", "nacl-default",
		"subnets without rules of the claim let everything through", "", fields{
			"egress.0.action": "allow", "egress.0.cidrBlock": "0.0.0.0/0", "egress.0.protocol": "-1",
			"egress.0.ruleNo": "100", "egress.0.fromPort": "0", "egress.0.toPort": "0",
			"ingress.0.action": "allow", "ingress.0.cidrBlock": "0.0.0.0/0", "ingress.0.protocol": "-1",
			"ingress.0.ruleNo": "100", "ingress.0.fromPort": "0", "ingress.0.toPort": "0",
		}},
	{"ec2/NetworkACLRule", "naclrule-*-100-*",
		"what the claim does not deny is allowed, after its rules", "", fields{
			"ruleAction": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "ruleNumber": "100", "fromPort": "0",
			"toPort": "0",
		}},
	{"ec2/NetworkACLRule", "naclrule-*-[1-9][0-9]-*",
		"the claim's rules deny", "", fields{"ruleAction": "deny"}},
	{"ec2/NetworkACLRule", "naclrule-*-in-*", "a rule for what comes in", "", fields{"egress": "false"}},
	{"ec2/NetworkACLRule", "naclrule-*-out-*", "a rule for what goes out", "", fields{"egress": "true"}},
	{"ec2/SecurityGroupRule", "sgrule-*-from-*", "a rule for what comes in", "", fields{
		"type": "ingress", "protocol": "tcp",
	}},
	{"ec2/SecurityGroupRule", "sgrule-*-to-*", "a rule for what goes out", "", fields{"type": "egress"}},
}

// metrics are the sets of dimensions of the metrics that AWS publishes, by namespace and name.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
var metrics = map[string]string{
	"AWS/CloudFront Requests": "DistributionId,Region", "AWS/CloudFront 4xxErrorRate": "DistributionId,Region",
	"AWS/CloudFront 5xxErrorRate":                  "DistributionId,Region",
	"AWS/WAFV2 BlockedRequests":                    "Rule,WebACL",
	"AWS/ApplicationELB RequestCount":              "LoadBalancer LoadBalancer,TargetGroup",
	"AWS/ApplicationELB HTTPCode_ELB_5XX_Count":    "LoadBalancer",
	"AWS/ApplicationELB HTTPCode_Target_5XX_Count": "LoadBalancer LoadBalancer,TargetGroup",
	"AWS/ApplicationELB TargetResponseTime":        "LoadBalancer LoadBalancer,TargetGroup",
	"AWS/ApplicationELB UnHealthyHostCount":        "LoadBalancer,TargetGroup",
	"AWS/RDS CPUUtilization":                       "DBInstanceIdentifier",
	"AWS/RDS FreeableMemory":                       "DBInstanceIdentifier",
	"AWS/RDS FreeStorageSpace":                     "DBInstanceIdentifier",
	"AWS/RDS DatabaseConnections":                  "DBInstanceIdentifier",
	"AWS/RDS ReplicaLag":                           "DBInstanceIdentifier",
	"AWS/RDS AuroraReplicaLag":                     "DBInstanceIdentifier",
	"AWS/RDS ServerlessDatabaseCapacity":           "DBInstanceIdentifier",
	"AWS/RDS VolumeBytesUsed":                      "DBClusterIdentifier",
	"AWS/RDS ReadLatency":                          "DBInstanceIdentifier",
	"AWS/RDS WriteLatency":                         "DBInstanceIdentifier", "AWS/RDS ReadIOPS": "DBInstanceIdentifier",
	"AWS/RDS WriteIOPS": "DBInstanceIdentifier", "AWS/RDS DiskQueueDepth": "DBInstanceIdentifier",
	"AWS/RDS CPUCreditBalance":                   "DBInstanceIdentifier",
	"AWS/RDS DatabaseConnectionsCurrentlyInUse":  "ProxyName",
	"AWS/SQS ApproximateNumberOfMessagesVisible": "QueueName", "AWS/SQS ApproximateAgeOfOldestMessage": "QueueName",
	"AWS/SQS NumberOfMessagesReceived": "QueueName", "AWS/SQS NumberOfMessagesSent": "QueueName",
	"AWS/SQS NumberOfMessagesDeleted": "QueueName",
}

// showsMetrics looks at each line of each graph, except for searches, which name what they find.
func showsMetrics(w World, _ string, o map[string]any) string {
	if kindOf(o) != "cloudwatch/Dashboard" {
		return ""
	}
	var body struct{ Widgets []map[string]any }
	if err := json.Unmarshal([]byte(text(params(o), "dashboardBody")), &body); err != nil {
		return "has no readable body: " + err.Error()
	}
	for _, graph := range body.Widgets {
		p := asMap(graph["properties"])
		lines, _ := p["metrics"].([]any)
		title := text(p, "title")
		if text(graph, "type") != "metric" || text(p, "view") != "timeSeries" || len(lines) == 0 {
			return fmt.Sprintf("has the graph %q, which shows no metrics over time", title)
		}
		if in(p, "yAxis.left.min") != "0" || (in(p, "yAxis.left.max") == "100") != strings.Contains(title, "%") {
			return fmt.Sprintf("has the graph %q, whose axis does not begin at 0, or is no percentage's", title)
		}
		for _, line := range lines {
			if m := w.lineIsWrong(line, text(p, "region")); m != "" {
				return fmt.Sprintf("has the graph %q, %s", title, m)
			}
		}
	}
	return ""
}

func (w World) lineIsWrong(line any, region string) string {
	parts, _ := line.([]any)
	var words []string
	for _, p := range parts {
		if s, ok := p.(string); ok {
			words = append(words, s)
		}
	}
	if len(words) == 0 {
		search := in(asMap(parts[0]), "expression")
		if !strings.Contains(search, `ClusterName="`+w.stack()+`"`) {
			return "which searches for another cluster: " + search
		}
		return ""
	}
	own := words[0] == "Kasha/"+w.stack() && len(words) == 2
	global := words[0] == "AWS/CloudFront" || words[0] == "AWS/WAFV2"
	var dimensions []string
	for i := 2; i < len(words); i += 2 {
		dimensions = append(dimensions, words[i])
	}
	slices.Sort(dimensions)
	want, known := metrics[words[0]+" "+words[1]]
	switch {
	case !own && (!known || !slices.Contains(strings.Fields(want), strings.Join(dimensions, ","))):
		return fmt.Sprintf("whose metric AWS does not publish: %v", words)
	case global != (region == globalRegion) && w.region() != globalRegion:
		return fmt.Sprintf("which looks for %v in %s", words, region)
	}
	return ""
}

// roleActions are the actions of each statement of a role's policy, by the policy's key and the statement's Sid.
// A claim that does not need a statement leaves it out.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var roleActions = map[string]map[string]string{
	"rolepolicy-execution": {
		"RegistryToken": "ecr:GetAuthorizationToken",
		"Images":        "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
		"Logs":          "logs:CreateLogStream logs:PutLogEvents",
		"Secrets":       "secretsmanager:GetSecretValue",
		"SecretKeys":    "kms:Decrypt",
		"Parameters":    "ssm:GetParameters",
		"ParameterKeys": "kms:Decrypt",
		"DatabaseUsers": "secretsmanager:GetSecretValue",
		"Key":           "kms:Decrypt",
	},
	"rolepolicy-task": {
		"Objects": "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
		"Bucket":  "s3:ListBucket",
		"Secret":  "secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
		"Queues": "sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:GetQueueUrl " +
			"sqs:ReceiveMessage sqs:SendMessage",
		"Key": "kms:Decrypt kms:GenerateDataKey",
	},
	"rolepolicy-runner": {
		"Users": "secretsmanager:GetSecretValue secretsmanager:PutSecretValue " +
			"secretsmanager:UpdateSecretVersionStage",
		"UsersKey": "kms:Decrypt kms:GenerateDataKey",
	},
	"rolepolicy-frontend-exec": {
		"Sessions": "ssmmessages:CreateControlChannel ssmmessages:CreateDataChannel " +
			"ssmmessages:OpenControlChannel ssmmessages:OpenDataChannel",
		"SessionLogs": "logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents",
		"Groups":      "logs:DescribeLogGroups",
		"SessionKey":  "kms:Decrypt",
	},
	"rolepolicy-flowlogs": {
		"Streams": "logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents",
		"Groups":  "logs:DescribeLogGroups",
	},
	"rolepolicy-db-proxy": {
		"Secret": "secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
		"Key":    "kms:Decrypt",
	},
	"rolepolicy-scheduler": {
		"Run": "ecs:RunTask", "Tag": "ecs:TagResource", "Pass": "iam:PassRole", "DeadLetters": "sqs:SendMessage",
	},
	"rolepolicy-backup": {"PassMonitoringRole": "iam:PassRole"},
	"rolepolicy-uploads": {
		"Files":  "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject",
		"Bucket": "s3:ListBucket", "Cache": "cloudfront:CreateInvalidation",
		"Key": "kms:Decrypt kms:GenerateDataKey",
	},
}

func mayDoItsActions(_ World, key string, o map[string]any) string {
	if kindOf(o) != "iam/RolePolicy" {
		return ""
	}
	var doc struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(text(params(o), "policy")), &doc); err != nil {
		return "has no readable policy: " + err.Error()
	}
	for _, s := range doc.Statement {
		policy := key
		switch {
		case strings.HasSuffix(key, "-task"):
			policy = "rolepolicy-task"
		case strings.HasSuffix(key, "-exec"):
			policy = "rolepolicy-frontend-exec"
		}
		want, known := roleActions[policy][text(s, "Sid")]
		got := texts(s["Action"])
		if one := text(s, "Action"); one != "" {
			got = []string{one}
		}
		slices.Sort(got)
		if known && (text(s, "Effect") != "Allow" || strings.Join(got, " ") != want) {
			return fmt.Sprintf("has the actions %q in the statement %s, want %s", got, text(s, "Sid"), want)
		}
	}
	return ""
}
