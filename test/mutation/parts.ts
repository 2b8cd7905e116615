/** One part of the mutation test. */
export interface Part {
  /** The files that are mutated: paths below functions. */
  readonly files: readonly string[];
  /** The tests that are to notice a mutant: a pattern of paths below test/functions, without `.test.ts`. */
  readonly tests: string;
}

/** The parts, by name. A part is small enough to be measured in minutes. */
export const PARTS: Readonly<Record<string, Part>> = {
  'lookup-hit': {
    files: ['lookup/lookup.ts', 'lookup/answers.ts', 'lookup/lazily.ts'],
    tests:
      'lookup/{answers,lookup,stale,definite-answers,lazily,prefetch,short-wait,store-trouble,slow-upstream,single-flight,lost-lease,read-together,protocol,budget,crowd,waiting,not-stored,audit/audit}',
  },
  'lookup-store': {
    files: ['lookup/store-access.ts', 'lookup/store-vitality.ts'],
    tests: '{lookup/{store-access,store-vitality,store-trouble,protocol,lookup},invalidate/{handler,purges,webhook}}',
  },
  'lookup-shared': {
    files: ['lookup/crowd.ts', 'lookup/shared-read.ts'],
    tests: 'lookup/{crowd,shared-read}',
  },
  'lookup-invalidation': {
    files: [
      'lookup/invalidation.ts',
      'lookup/item-change.ts',
      'lookup/item-changes.ts',
      'lookup/chunks.ts',
      'lookup/store-work.ts',
      'lookup/places.ts',
    ],
    tests: 'lookup/{invalidation,retire,item-change,former-crowd,store-work,places}',
  },
  'lookup-revalidation': { files: ['lookup/revalidation.ts'], tests: 'lookup/revalidation' },
  'lookup-freshness': { files: ['lookup/freshness.ts', 'lookup/entry.ts'], tests: 'lookup/freshness' },
  'lookup-directives': {
    files: ['lookup/directives.ts', 'lookup/header-elements.ts'],
    tests: 'lookup/{directives,lookup,preferences}',
  },
  'lookup-join': {
    files: ['lookup/customer-lookup.ts', 'lookup/join.ts', 'lookup/joined-lookup.ts'],
    tests: 'lookup/{customer-lookup,join,joined-merger,read-together}',
  },
  'lookup-words': { files: ['lookup/error-code.ts', 'lookup/report.ts'], tests: 'lookup/words' },
  'lookup-time': {
    files: [
      'lookup/fleet.ts',
      'lookup/lookup-policy.ts',
      'lookup/partition-page.ts',
      'lookup/store-unavailable-error.ts',
      'lookup/upstream.ts',
    ],
    tests: 'lookup/{fleet,lookup-policy,store-unavailable-error,words}',
  },
  'lookup-forward-loop': {
    files: [
      'lookup/forward/forward.ts',
      'lookup/forward/forward-lookup.ts',
      'lookup/forward/known-item.ts',
      'lookup/definite-answer.ts',
    ],
    tests: 'lookup/{definite-answer,forward/{forward,forward-lookup,known-item}}',
  },
  'lookup-forward-next-step': { files: ['lookup/forward/next-step.ts'], tests: 'lookup/forward/next-step' },
  'lookup-forward-patience': { files: ['lookup/forward/patience.ts'], tests: 'lookup/forward/patience' },
  'lookup-forward-poll-pace': { files: ['lookup/forward/polls/poll-pace.ts'], tests: 'lookup/forward/polls/poll-pace' },
  'lookup-forward-polls': {
    files: ['lookup/forward/polls/polls.ts', 'lookup/forward/polls/lease-ends.ts'],
    tests: 'lookup/forward/polls/{polls,lease-ends}',
  },
  'lookup-forward-variants': { files: ['lookup/forward/variant-limit.ts'], tests: 'lookup/forward/variant-limit' },
  'lookup-forward-lease-watch': { files: ['lookup/forward/lease-watch.ts'], tests: 'lookup/forward/lease-watch' },
  'lookup-forward-lease': { files: ['lookup/forward/lease.ts'], tests: 'lookup/forward/lease' },
  'lookup-forward-ask': {
    files: ['lookup/forward/ask-context.ts', 'lookup/forward/ask-upstream.ts'],
    tests: 'lookup/forward/ask-upstream',
  },
  'lookup-forward-fetch': {
    files: ['lookup/forward/fetch.ts'],
    tests: 'lookup/{lookup,stale,slow-upstream,subjects,budget,repetition,forward/{fetch,pause/*}}',
  },
  'lookup-forward-keep': { files: ['lookup/forward/keep.ts'], tests: 'lookup/{definite-answers,forward/keep}' },
  'lookup-forward-void': {
    files: ['lookup/forward/void-former.ts', 'customer/request/related-subjects.ts'],
    tests: 'lookup/{definite-answers,subjects,forward/void-former}',
  },
  'lookup-forward-pause': {
    files: ['lookup/forward/pause/upstream-pause-gate.ts', 'lookup/forward/pause/default-pause.ts'],
    tests: 'lookup/forward/pause/*',
  },
  'lookup-forward-hand-over': {
    files: ['lookup/forward/hand-over.ts'],
    tests: 'lookup/forward/hand-over',
  },
  'lookup-forward-slow': {
    files: ['lookup/forward/slow-upstream.ts', 'lookup/forward/fetch-times.ts'],
    tests: 'lookup/forward/{slow-upstream,fetch-times}',
  },
  'lookup-forward-budget': {
    files: [
      'lookup/forward/budget/batch-size.ts',
      'lookup/forward/budget/budget-minute.ts',
      'lookup/forward/budget/call-priority.ts',
      'lookup/forward/budget/minute-calls.ts',
      'lookup/forward/budget/upstream-budget.ts',
    ],
    tests: 'lookup/forward/budget/*',
  },
  'lookup-guard': {
    files: [
      'lookup/guard/add-up.ts',
      'lookup/guard/guard.ts',
      'lookup/guard/limits.ts',
      'lookup/guard/pending.ts',
      'lookup/guard/window.ts',
    ],
    tests: 'lookup/guard/*',
  },
  'lookup-audit': {
    files: ['lookup/audit/audit.ts', 'lookup/audit/differing-sections.ts', 'lookup/audit/draw-audits.ts'],
    tests: 'lookup/audit/*',
  },
  'lookup-wishes': {
    files: ['lookup/preferences.ts', 'lookup/prefetches-used.ts'],
    tests: 'lookup/{preferences,prefetch,short-wait}',
  },
  'lookup-body': {
    files: ['lookup/packed-body.ts'],
    tests: 'lookup/packed-body',
  },
  'customer-request': {
    files: [
      'customer/v2/v2-request.ts',
      'customer/v2/v2-parameters.ts',
      'customer/v2/v2-subject.ts',
      'customer/v2/embed.ts',
      'customer/request/respelling.ts',
    ],
    tests: 'customer/**/{v2-request,respelling,v2-subject,joined-embed}',
  },
  'customer-parameters': {
    files: [
      'customer/request/request-parameters.ts',
      'customer/request/parameter-facts.ts',
      'customer/request/parameter-readers.ts',
      'customer/request/parameter-values.ts',
      'customer/request/extra-parameters.ts',
      'customer/request/parameter-name.ts',
      'customer/request/documented-name.ts',
      'customer/request/invalid-request-error.ts',
      'customer/request/edit-distance.ts',
    ],
    tests: 'customer/**/{v2-request,v1-request,extra-parameters,parameter-facts,parameter-name,edit-distance}',
  },
  'customer-get': {
    files: ['customer/v1/v1-request.ts', 'customer/v1/v1-parameters.ts'],
    tests: 'customer/**/{v1-request,v1-shape,joined-embed}',
  },
  'customer-identifier': {
    files: [
      'customer/identifier/identifier.ts',
      'customer/identifier/mobile.ts',
      'customer/identifier/phone-number.ts',
      'customer/identifier/countries.ts',
      'customer/identifier/customer-id.ts',
      'customer/identifier/plain-text.ts',
      'customer/identifier/letter-case.ts',
      'customer/identifier/identifier-name.ts',
      'customer/identifier/sample-mobile.ts',
    ],
    tests: 'customer/**/{identifier,mobile,customer-id,plain-text,letter-case,listed-identifier,sample-mobile}',
  },
  'customer-identity': {
    files: ['customer/reply/identity.ts', 'customer/identifier/listed-identifier.ts'],
    tests: '{lookup/subjects,customer/**/{v1-shape,listed-identifier}}',
  },
  'customer-key': {
    files: ['customer/request/cache-key.ts', 'customer/request/canonical-request.ts'],
    tests: '{customer/**/{cache-key,v1-request},lookup/lookup}',
  },
  'customer-profile': {
    files: ['customer/reply/projection.ts', 'customer/reply/body-digest.ts', 'customer/json/json.ts'],
    tests: 'customer/**/{projection,body-digest,json,v1-shape}',
  },
  'customer-json': {
    files: ['customer/json/json-reading.ts', 'customer/json/json-characters.ts', 'customer/json/json-value.ts'],
    tests: 'customer/json/{json,json-reading}',
  },
  'customer-shape': {
    files: [
      'customer/v2/v2-shape.ts',
      'customer/v1/v1-shape.ts',
      'customer/reply/error-elements.ts',
      'customer/reply/reply-shape.ts',
    ],
    tests: '{customer/**/{projection,v1-shape,v2-shape},lookup/subjects,adapters/capillary/{v1,v2}-reply}',
  },
  'customer-joined': {
    files: ['customer/joined/joined-reply.ts', 'customer/joined/joined-embed.ts'],
    tests: '{customer/**/{joined-reply,joined-embed},lookup/join}',
  },
  'invalidate-event-json': {
    files: ['invalidate/event/event-json.ts', 'invalidate/event/event-objects.ts', 'invalidate/event/event-values.ts'],
    tests: 'invalidate/event/{capillary-event,event-json}',
  },
  'invalidate-event-customers': {
    files: [
      'invalidate/event/capillary-event.ts',
      'invalidate/event/event-customers.ts',
      'invalidate/event/event-identifiers.ts',
      'invalidate/event/event-name.ts',
      'invalidate/event/event-source.ts',
    ],
    tests: 'invalidate/event/capillary-event',
  },
  'invalidate-webhook': {
    files: [
      'invalidate/authorization.ts',
      'invalidate/event/event-subjects.ts',
      'invalidate/handler.ts',
      'invalidate/invalidation-reply.ts',
      'invalidate/other-regions.ts',
      'invalidate/purges.ts',
      'invalidate/webhook.ts',
    ],
    tests: 'invalidate/{authorization,handler,other-regions,purges,webhook}',
  },
  'capillary-ask': {
    files: [
      'adapters/capillary/attempt.ts',
      'adapters/capillary/capillary-upstream.ts',
      'adapters/capillary/http-exchange.ts',
      'adapters/capillary/oauth-token.ts',
      'adapters/capillary/protocols.ts',
      'adapters/capillary/reply-text.ts',
    ],
    tests: 'adapters/capillary/{attempt,capillary-upstream,oauth-token,prepare}',
  },
  'capillary-reply': {
    files: [
      'adapters/capillary/error-codes.ts',
      'adapters/capillary/reply-messages.ts',
      'adapters/capillary/reply.ts',
      'adapters/capillary/v1-reply.ts',
      'adapters/capillary/v2-reply.ts',
    ],
    tests: 'adapters/capillary/{reply,v1-reply,v2-reply}',
  },
  'capillary-body': {
    files: [
      'adapters/capillary/capped-body.ts',
      'adapters/capillary/reply-body.ts',
      'adapters/capillary/retry-after.ts',
    ],
    tests: 'adapters/capillary/{capped-body,reply-body,retry-after}',
  },
  'capillary-breaker': {
    files: [
      'adapters/capillary/circuit-breaker.ts',
      'adapters/capillary/failure-reason.ts',
      'adapters/capillary/retry-budget.ts',
      'adapters/capillary/verdict.ts',
    ],
    tests: 'adapters/capillary/{circuit-breaker,failure-reason,retry-budget,verdict}',
  },
  'capillary-authorization': {
    files: [
      'adapters/capillary/authorization.ts',
      'adapters/capillary/fetch-deadline.ts',
      'adapters/capillary/with-deadline.ts',
    ],
    tests: 'adapters/capillary/{authorization,fetch-deadline,with-deadline}',
  },
  'rest-request': {
    files: ['rest/body.ts', 'rest/caller.ts', 'rest/gzip.ts', 'rest/rest-event.ts', 'rest/signer-arn.ts'],
    tests: '{callers/*,rest/{body,caller,rest-event,rest-handler},http/{callers,guarded,handler},invalidate/handler}',
  },
  'rest-reply': {
    files: [
      'rest/accept-encoding.ts',
      'rest/cache-status.ts',
      'rest/conditional.ts',
      'rest/cors.ts',
      'rest/problem.ts',
      'rest/rest-handler.ts',
    ],
    tests:
      '{rest/{accept-encoding,conditional,problem,rest-handler},http/{coding,handler,pending,representation},invalidate/handler}',
  },
  'batch-lookups': {
    files: [
      'batch/answers.ts',
      'batch/batch.ts',
      'batch/invoke-payload.ts',
      'batch/lookup-payload.ts',
      'batch/result-form.ts',
      'batch/result.ts',
    ],
    tests: '{batch/{answers,invoke-payload,lookup-payload,result,result-form},http/lookups,invoke/{handler,pending}}',
  },
  'store-item': {
    files: [
      'adapters/dynamodb/item-bytes.ts',
      'adapters/dynamodb/rehearsed-item.ts',
      'adapters/dynamodb/stored-body.ts',
      'adapters/dynamodb/stored-item.ts',
      'adapters/dynamodb/well-formed-item.ts',
      'adapters/dynamodb/written-body.ts',
      'adapters/dynamodb/written-item.ts',
    ],
    tests:
      'adapters/dynamodb/{item-bytes,item-parts,rehearsed-item,stored-body,stored-forms,stored-item,well-formed-item,written-item}',
  },
  'aws-replies': {
    files: [
      'adapters/aws/chunked-body.ts',
      'adapters/aws/http-connection.ts',
      'adapters/aws/http-reply.ts',
      'adapters/aws/reply-head.ts',
      'adapters/aws/reply-reader.ts',
    ],
    tests: 'adapters/aws/{http-connection,reply-head,reply-reader,reply-limits}',
  },
};

/** The folders whose files are each in a part, or in one of the lists below: paths below functions. */
export const MEASURED_FOLDERS: readonly string[] = [
  'lookup',
  'customer',
  'invalidate',
  'adapters/capillary',
  'rest',
  'batch',
];

/** The files of these folders that no part measures, as they hold types, lists and names only: paths below functions. */
export const WITHOUT_FUNCTIONS: readonly string[] = [
  'batch/outcome.ts',
  'customer/identifier/phone-metadata-world.ts',
  'customer/identifier/phone-metadata.ts',
  'customer/reply/documented-sections.ts',
  'customer/request/reading.ts',
  'customer/request/sources.ts',
  'invalidate/invalidate-options.ts',
  'invalidate/purge-times.ts',
  'lookup/asked.ts',
  'lookup/audit/audit-words.ts',
  'lookup/forward/fetched.ts',
  'lookup/guard/caller-counts.ts',
  'lookup/lookup-result.ts',
  'lookup/max-header-length.ts',
  'lookup/max-lookups.ts',
  'lookup/ports.ts',
  'rest/problem-code.ts',
  'rest/reply.ts',
];

/** The other files of these folders that no part measures, and why: paths below functions. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'adapters/capillary/capillary-upstream-over-http.ts': 'Its tests need a server.',
  'adapters/capillary/upstream-http.ts': 'Its tests need a server.',
  'invalidate/index.ts': 'It starts the function when it is loaded.',
  'invalidate/start.ts': 'It opens the store.',
};
