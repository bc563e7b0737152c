// Stands in no page's integrity map. The page about checking this service asks for it to see whether
// the browser refuses what no page has named.

export const ran = true;
